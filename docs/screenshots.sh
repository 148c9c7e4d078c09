#!/usr/bin/env bash
# Writes pictures of the console's pages, dark and light, 390 and 1440 pixels wide, into docs/screenshots. Needs Chromium.
set -euo pipefail
cd "$(dirname "$0")/.."
mkdir -p docs/screenshots
export EXEMPLAR_SCREENSHOTS="$PWD/docs/screenshots"
dotnet run --project tests/Exemplar.Console.Tests -c Release -- --no-progress --filter-class Exemplar.Console.Tests.PageTests --filter-class Exemplar.Console.Tests.SettingsPageTests
