#!/usr/bin/env bash
# Builds the Python SDK as it would be published, installs the packed files into new environments and runs every test against them.
# Ends with the line "python: N passed, N failed, N skipped"; exits non-zero when anything failed.
#
# Needs Debian's packages python3-venv, python3-setuptools, python3-wheel, python3-fastapi, python3-uvicorn, python3-gunicorn,
# python3-celery, mypy and openssl, and the server, built with: dotnet build src/Exemplar.Server -c Release
# PYTHON=… runs the tests of the wheel on another interpreter, ONLY="…" those whose names hold one of the words.
set -uo pipefail
cd "$(dirname "$0")"

# Debian's own, which has Debian's packages.
debian=/usr/bin/python3
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
passed=0 failed=0 skipped=0

finish() {
  echo "python: $passed passed, $failed failed, $skipped skipped"
  [ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
  exit $?
}

give_up() {
  echo "sdks/python/test.sh: $*" >&2
  failed=$((failed + 1))
  finish
}

# Starts a test program beside the others; `add` waits for it.
start() {
  local name=$1
  shift
  { "$@" >"$work/$name.output" 2>&1; echo $? >"$work/$name.code"; } &
}

# Shows what a test program wrote and adds up its closing line; one that ends without it has crashed and counts as a failure.
add() {
  local code line output="$work/$1.output"
  code=$(cat "$work/$1.code")
  cat "$output"
  line=$(grep -E '^[0-9]+ passed, [0-9]+ failed, [0-9]+ skipped$' "$output" | tail -n 1)
  if [ -z "$line" ]; then
    echo "sdks/python/test.sh: the tests of the $1 ended without totals (code $code)" >&2
    failed=$((failed + 1))
    return
  fi
  # shellcheck disable=SC2086
  set -- $line
  passed=$((passed + $1)) failed=$((failed + $3)) skipped=$((skipped + $5))
  if [ "$code" -ne 0 ] && [ "$3" -eq 0 ]; then
    echo "sdks/python/test.sh: the tests ended with code $code" >&2
    failed=$((failed + 1))
  fi
}

[ -x "$debian" ] || give_up "$debian is missing: apt-get install python3"
for module in venv:python3-venv ensurepip:python3-venv setuptools:python3-setuptools wheel:python3-wheel fastapi:python3-fastapi uvicorn:python3-uvicorn \
  gunicorn:python3-gunicorn celery:python3-celery; do
  "$debian" -c "import ${module%:*}" 2>/dev/null || give_up "the Python module ${module%:*} is missing: apt-get install ${module#*:}"
done
for program in mypy openssl; do
  command -v "$program" >/dev/null 2>&1 || give_up "$program is missing: apt-get install $program"
done

# The builds leave folders behind, so they work on a copy; the wheel is built from the unpacked sdist, as a publisher's tool does it.
echo "sdks/python/test.sh: building sdist and wheel"
mkdir -p "$work/source" "$work/dist"
cp -r pyproject.toml MANIFEST.in README.md CHANGELOG.md LICENSE src examples "$work/source/"
find "$work/source" -name __pycache__ -prune -exec rm -rf {} +
build() { (cd "$1" && "$debian" -c "import setuptools.build_meta as b, sys; getattr(b, 'build_' + sys.argv[1])(sys.argv[2])" "$2" "$work/dist") >"$work/build.log" 2>&1; }
build "$work/source" sdist || { cat "$work/build.log" >&2; give_up "the sdist could not be built"; }
mkdir "$work/unpacked"
tar -xzf "$work"/dist/*.tar.gz -C "$work/unpacked" || give_up "the sdist could not be unpacked"
build "$work"/unpacked/* wheel || { cat "$work/build.log" >&2; give_up "the wheel could not be built"; }

echo "sdks/python/test.sh: installing them"
export PIP_DISABLE_PIP_VERSION_CHECK=1
"${PYTHON:-$debian}" -m venv "$work/wheel" && "$work/wheel/bin/python" -m pip install -q --no-index "$work"/dist/*.whl \
  || give_up "the wheel could not be installed"
# This one sees Debian's setuptools, FastAPI, uvicorn, gunicorn and Celery.
"$debian" -m venv --system-site-packages "$work/sdist" \
  && "$work/sdist/bin/python" -m pip install -q --no-index --no-build-isolation "$work"/dist/*.tar.gz \
  || give_up "the sdist could not be installed"

export EXEMPLAR_TEST_DIST="$work/dist" PYTHONDONTWRITEBYTECODE=1
# shellcheck disable=SC2086
start wheel "$work/wheel/bin/python" -X dev tests/run.py ${ONLY:-}
# shellcheck disable=SC2086
start sdist "$work/sdist/bin/python" -X dev tests/run.py --folder tests/with_debian --jobs 3 ${ONLY:-}
wait
echo "sdks/python/test.sh: the tests, on the wheel"
add wheel
echo "sdks/python/test.sh: the README, FastAPI, gunicorn and Celery, on the sdist"
add sdist
finish
