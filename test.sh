#!/usr/bin/env bash
# Builds everything and runs every test. Ends with the line "N passed, N failed"; exits non-zero when anything failed.
# Needs the .NET 10 SDK, git, and the registries of NuGet and npm. Installs Debian's packages postgresql, chromium, nodejs, npm, openssl,
# mypy, and python3 with those of its modules that sdks/python/test.sh names, when they are not on the machine.
set -uo pipefail
cd "$(dirname "$0")"

export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 MSBUILDDISABLENODEREUSE=1

passed=0 failed=0 skipped=0

finish() {
  local line="$passed passed, $failed failed"
  [ "$skipped" -eq 0 ] || line="$line, $skipped skipped"
  echo "$line"
  [ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
  exit $?
}

give_up() {
  echo "test.sh: $*" >&2
  failed=$((failed + 1))
  finish
}

have_postgres() { ls /usr/lib/postgresql/*/bin/postgres >/dev/null 2>&1 || command -v postgres >/dev/null 2>&1; }

install_package() {
  local package=$1 as_root=""
  echo "test.sh: installing the Debian package $package"
  if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null 2>&1 || give_up "the system package '$package' is missing and only root can install it: apt-get install $package"
    as_root="sudo"
  fi
  { $as_root apt-get update -qq && DEBIAN_FRONTEND=noninteractive $as_root apt-get install -y -qq --no-install-recommends "$package"; } >/dev/null \
    || give_up "the system package '$package' is missing and could not be installed: apt-get install $package"
}

command -v dotnet >/dev/null 2>&1 || give_up "the .NET 10 SDK is missing"
have_postgres || install_package postgresql
have_postgres || give_up "PostgreSQL's programs are still missing after installing the package 'postgresql'"
command -v chromium >/dev/null 2>&1 || install_package chromium
command -v chromium >/dev/null 2>&1 || give_up "Chromium is still missing after installing the package 'chromium'"
command -v python3 >/dev/null 2>&1 || install_package python3
command -v openssl >/dev/null 2>&1 || install_package openssl
# The clients are also built as native code.
command -v clang >/dev/null 2>&1 || command -v gcc >/dev/null 2>&1 || { install_package gcc; install_package libc6-dev; install_package zlib1g-dev; }

# need PROGRAM PACKAGE: what the tests of the SDKs run.
need() {
  command -v "$1" >/dev/null 2>&1 || install_package "$2"
  command -v "$1" >/dev/null 2>&1 || give_up "$1 is still missing after installing the package '$2'"
}

need node nodejs
need npm npm
need python3 python3
need openssl openssl
need mypy mypy

# Debian's Python and nobody else's: its modules come as Debian's packages.
have_module() { /usr/bin/python3 -c "import $1" >/dev/null 2>&1; }
for module in ensurepip:python3-venv setuptools:python3-setuptools wheel:python3-wheel fastapi:python3-fastapi uvicorn:python3-uvicorn \
  gunicorn:python3-gunicorn celery:python3-celery; do
  have_module "${module%:*}" || install_package "${module#*:}"
  have_module "${module%:*}" || give_up "Python's module ${module%:*} is still missing after installing the package '${module#*:}'"
done

echo "test.sh: building"
dotnet build Exemplar.slnx -c Release --nologo -v quiet || give_up "the build failed"

# Each test program prints its own totals; one that ends without them has crashed and counts as a failure.
count() { awk -v word="$1:" '$1 == word { n = $2 } END { print n + 0 }' "$2"; }

for project in tests/*.Tests; do
  name=$(basename "$project")
  echo "test.sh: $name"
  output=$(mktemp)
  dotnet run --project "$project" -c Release --no-build -- --no-progress --no-ansi 2>&1 | tee "$output"
  code=${PIPESTATUS[0]}
  if grep -qE '^ *total: [0-9]+' "$output"; then
    now_failed=$(count failed "$output")
    passed=$((passed + $(count succeeded "$output")))
    failed=$((failed + now_failed))
    skipped=$((skipped + $(count skipped "$output")))
    if [ "$code" -ne 0 ] && [ "$now_failed" -eq 0 ]; then
      echo "test.sh: $name ended with code $code" >&2
      failed=$((failed + 1))
    fi
  else
    echo "test.sh: $name ended without totals (code $code)" >&2
    failed=$((failed + 1))
  fi
  rm -f "$output"
done

# Each SDK has a test.sh of its own; its totals are the line "NAME: N passed, N failed, N skipped".
run_sdk_tests() {
  local name=$1 output code totals
  echo "test.sh: sdks/$name"
  output=$(mktemp)
  "sdks/$name/test.sh" 2>&1 | tee "$output"
  code=${PIPESTATUS[0]}
  totals=$(sed -nE "s/^$name: ([0-9]+) passed, ([0-9]+) failed, ([0-9]+) skipped\$/\1 \2 \3/p" "$output" | tail -n 1)
  rm -f "$output"
  if [ -z "$totals" ]; then
    echo "test.sh: sdks/$name ended without totals (code $code)" >&2
    failed=$((failed + 1))
    return
  fi
  read -r now_passed now_failed now_skipped <<<"$totals"
  passed=$((passed + now_passed)) failed=$((failed + now_failed)) skipped=$((skipped + now_skipped))
  if [ "$code" -ne 0 ] && [ "$now_failed" -eq 0 ]; then
    echo "test.sh: sdks/$name ended with code $code" >&2
    failed=$((failed + 1))
  fi
}

run_sdk_tests typescript
run_sdk_tests python

finish
