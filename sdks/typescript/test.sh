#!/usr/bin/env bash
# Installs the development tools, packs the SDK, and tests the packed file. Needs Node.js 18 or newer, npm, python3, openssl, and the server,
# built with: dotnet build src/Exemplar.Server -c Release
# Ends with the line "typescript: N passed, N failed, N skipped"; exits non-zero when anything failed.
set -uo pipefail
cd "$(dirname "$0")"

give_up() {
  echo "sdks/typescript/test.sh: $*" >&2
  echo "typescript: 0 passed, 1 failed, 0 skipped"
  exit 1
}

command -v node >/dev/null 2>&1 || give_up "Node.js is missing: install the package 'nodejs'"
command -v npm >/dev/null 2>&1 || give_up "npm is missing: install the package 'npm'"
major=$(node -p 'process.versions.node.split(".")[0]')
[ "$major" -ge 18 ] || give_up "Node.js 18 or newer is needed, not $major: install a newer package 'nodejs'"
npm ci --silent || give_up "npm ci failed: it needs the npm registry"

node test/run.mjs
