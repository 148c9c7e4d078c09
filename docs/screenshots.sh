#!/usr/bin/env bash
# Writes pictures of every page of the console, in a believable organization with a week of history, dark and light, 390 and 1440 pixels
# wide, into docs/screenshots. Needs the .NET 10 SDK and Chromium.
set -euo pipefail
cd "$(dirname "$0")/.."
mkdir -p docs/screenshots
export EXEMPLAR_SCREENSHOTS="$PWD/docs/screenshots"
dotnet run --project tests/Exemplar.Console.Tests -c Release -- --no-progress --filter-class Exemplar.Console.Tests.DarkPageTests --filter-class Exemplar.Console.Tests.LightPageTests
# The wide ones are for looking at the layout; the docs show the other two.
rm -f docs/screenshots/*-2560.png
