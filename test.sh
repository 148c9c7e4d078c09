#!/usr/bin/env bash
# Builds everything and runs every test. Ends with the line "N passed, N failed"; exits non-zero when anything failed.
# Needs the .NET 10 SDK, git, and the registries of NuGet and npm. Installs Debian's packages postgresql, chromium, nodejs, npm, openssl,
# mypy, and python3 with those of its modules that sdks/python/test.sh names, when they are not on the machine.
set -uo pipefail
cd "$(dirname "$0")"

export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 MSBUILDDISABLENODEREUSE=1

# What all of it may take, and what one test program of .NET may: a patient measure, for machines that are slow or busy.
MOST_SECONDS=$((75 * 60)) LONGEST_SECONDS=$((30 * 60))

passed=0 failed=0 skipped=0 logs=

finish() {
  local line="$passed passed, $failed failed"
  if [ "$failed" -gt 0 ] && [ -s "$logs/failures" ]; then
    echo "test.sh: what failed"
    cat "$logs/failures"
  fi
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

# Programs run beside one another where that disturbs nothing: each writes into a file, which is shown when it is its turn, and
# ends with totals of its own. One that ends without them has crashed and counts as a failure.
logs=$(mktemp -d)
groups=()
end_all() {
  local group
  for group in "${groups[@]}"; do kill -- "-$group" 2>/dev/null; done
  rm -rf "$logs"
}
trap end_all EXIT
trap 'exit 130' INT TERM

# beside COMMAND …: in the background, as a process group of its own, which ends with this script however that ends.
beside() {
  set -m
  "$@" &
  groups+=("$!")
  set +m
}

# into NAME COMMAND …: what it writes and how it ends.
into() {
  local name=$1
  shift
  # What was ignored at the start of a shell it can never trap, and jobs of the tests do: as this script may itself be under nohup.
  env --default-signal=HUP,INT,QUIT,TERM "$@" >"$logs/$name" 2>&1
  echo $? >"$logs/$name.code"
}

# one_after_the_other NAME …: test programs of .NET, in this order. One that hangs ends, as a failure that has a name, and all of them
# together before anybody gives up on them without one. It is asked first, and ended when its hanging test does not listen; which test
# it is stands in what it wrote.
one_after_the_other() {
  local name left
  for name in "$@"; do
    left=$((MOST_SECONDS - SECONDS))
    [ "$left" -ge 60 ] || left=60
    [ "$left" -le "$LONGEST_SECONDS" ] || left=$LONGEST_SECONDS
    into "$name" timeout --foreground --kill-after=10 "$((left + 30))" dotnet "tests/$name/bin/Release/net10.0/$name.dll" \
      --no-progress --no-ansi --timeout "${left}s" --long-running 300 --xunit-diagnostics on --output Detailed
  done
}

count() { awk -v word="$1:" '$1 == word { n = $2 } END { print n + 0 }' "$2"; }

# add NAME PASSED FAILED SKIPPED: to the totals; a program that ended badly without a failed test is one.
add() {
  local code
  code=$(cat "$logs/$1.code")
  passed=$((passed + $2)) failed=$((failed + $3)) skipped=$((skipped + $4))
  if [ "$code" -ne 0 ] && [ "$3" -eq 0 ]; then
    echo "test.sh: $1 ended with code $code" | tee -a "$logs/failures" >&2
    failed=$((failed + 1))
  fi
}

# show NAME: what it wrote, once it has ended.
show() {
  until [ -f "$logs/$1.code" ]; do sleep 1; done
  printf 'test.sh: %s, ended after %d:%02d minutes of all\n' "$1" $((SECONDS / 60)) $((SECONDS % 60))
  grep -v '^passed ' "$logs/$1"
  # Once more at the end, where nobody has to look for them: .NET, node and Python name a failure in these ways.
  grep -E -A 6 '^(failed [A-Z]|✖ [A-Z]|FAIL: |ERROR: )' "$logs/$1" | cut -c 1-300 | sed "s/^/$1: /" | head -n 70 >>"$logs/failures"
}

without_totals() {
  echo "test.sh: $1 ended without totals (code $(cat "$logs/$1.code"))" | tee -a "$logs/failures" >&2
  failed=$((failed + 1))
}

add_dotnet() {
  show "$1"
  if grep -qE '^ *total: [0-9]+' "$logs/$1"; then add "$1" "$(count succeeded "$logs/$1")" "$(count failed "$logs/$1")" "$(count skipped "$logs/$1")"
  else without_totals "$1"; fi
}

# The totals of an SDK are the line "NAME: N passed, N failed, N skipped" of its own test.sh.
add_sdk() {
  local totals
  show "$1"
  totals=$(sed -nE "s/^$1: ([0-9]+) passed, ([0-9]+) failed, ([0-9]+) skipped\$/\1 \2 \3/p" "$logs/$1" | tail -n 1)
  # shellcheck disable=SC2086
  if [ -n "$totals" ]; then add "$1" $totals; else without_totals "$1"; fi
}

# These two mostly wait; beside more than each other the moments that they measure would come late.
beside into typescript sdks/typescript/test.sh
beside into python sdks/python/test.sh
add_sdk typescript
add_sdk python

# Each of these measures moments, and the browser takes all that it can get: one after the other.
programs=()
for project in tests/*.Tests; do programs+=("$(basename "$project")"); done
beside one_after_the_other "${programs[@]}"
for name in "${programs[@]}"; do add_dotnet "$name"; done

finish
