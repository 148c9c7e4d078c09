#!/usr/bin/env bash
# Measures Exemplar on this machine. What is measured and how to read it: bench/README.md.
#
#   ./bench.sh ingest [--engines sqlite,postgres] [--monitors 1,10000,1000000] [--seconds 10] [--warmup 10] [--connections 64]
#   ./bench.sh detect [--engine sqlite|postgres] [--monitors 1000000] [--silent 10] [--grace 5] [--seconds 60] [--rate N]
#                     [--start-allowance SECONDS]
#   ./bench.sh alerts [--engine sqlite|postgres] [--monitors 1000]
#   ./bench.sh mass   [--engine sqlite|postgres] [--monitors 10000] [--together 10] [--rate 200]
#   ./bench.sh console [--monitors 10000] [--checks 10000000] [--repeats 60]
#   All: [--results FOLDER]   where the figures go, bench/results by default
#
# Needs the .NET 10 SDK. Installs Debian's packages wrk and postgresql when they are missing and needed. Everything it starts
# listens on 127.0.0.1, is ended by this script, and leaves nothing behind but the results.
set -uo pipefail
cd "$(dirname "$0")"

export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 MSBUILDDISABLENODEREUSE=1 LC_ALL=C.UTF-8

readonly root=$PWD
readonly out=bin/Release/net10.0
readonly server_dll=$root/src/Exemplar.Server/$out/Exemplar.Server.dll
readonly bench_dll=$root/bench/Exemplar.Bench/$out/Exemplar.Bench.dll
readonly bare_dll=$root/bench/Bare/$out/Bare.dll
readonly token=bench-admin-token-of-at-least-32-characters

bad_stops=0 work="" bare_pid="" server_pid="" postgres_pid="" child_pid=""

say() { echo "bench.sh: $*" >&2; }
fail() { say "$*"; exit 1; }

# ---- what is started is ended -------------------------------------------------------------------------------------------

# Ends a child of this shell: asks first, and kills after 20 s.
end() {
  local pid=$1 signal=${2:-TERM} tries=0
  [ -n "$pid" ] && kill -0 "$pid" 2>/dev/null || return 0
  kill "-$signal" "$pid" 2>/dev/null
  while kill -0 "$pid" 2>/dev/null; do
    tries=$((tries + 1))
    [ "$tries" -lt 400 ] || { say "process $pid did not stop and is killed"; kill -KILL "$pid" 2>/dev/null; break; }
    sleep 0.05
  done
  # Of a process that was ended by the signal itself, that counts as a proper end.
  wait "$pid" 2>/dev/null
  local code=$?
  [ "$code" -eq 143 ] || [ "$code" -eq 130 ] || return "$code"
}

stop_postgres() {
  [ -n "$postgres_pid" ] || return 0
  # The id in its own file is that of the server, whoever started it for us.
  local pid
  pid=$(head -n 1 "$work/postgres/data/postmaster.pid" 2>/dev/null)
  [ -z "$pid" ] || kill -INT "$pid" 2>/dev/null
  wait "$postgres_pid" 2>/dev/null
  postgres_pid=""
}

clean_up() {
  trap - EXIT INT TERM
  end "$child_pid"
  end "$server_pid"
  end "$bare_pid"
  stop_postgres
  [ -z "$work" ] || rm -rf "$work"
}
trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# ---- programs -----------------------------------------------------------------------------------------------------------

need_package() {
  local package=$1 as_root=""
  say "installing the Debian package $package"
  if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null 2>&1 || fail "the system package '$package' is missing and only root can install it: apt-get install $package"
    as_root=sudo
  fi
  { $as_root apt-get update -qq && DEBIAN_FRONTEND=noninteractive $as_root apt-get install -y -qq --no-install-recommends "$package"; } >/dev/null \
    || fail "the system package '$package' is missing and could not be installed: apt-get install $package"
}

postgres_bin() {
  local newest
  newest=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n 1)
  if [ -n "$newest" ]; then echo "$newest"
  elif command -v initdb >/dev/null 2>&1; then dirname "$(command -v initdb)"
  fi
}

build() {
  command -v dotnet >/dev/null 2>&1 || fail "the .NET 10 SDK is missing"
  say "building"
  local project output
  for project in src/Exemplar.Server bench/Bare bench/Exemplar.Bench; do
    output=$(dotnet build "$project" -c Release -m:1 --nologo -v quiet 2>&1) || { echo "$output" >&2; fail "$project does not build"; }
  done
}

revision() {
  local hash
  hash=$(git rev-parse --short HEAD 2>/dev/null) || return 0
  [ -z "$(git status --porcelain -- src bench 2>/dev/null)" ] || hash="$hash with changes"
  echo "$hash"
}

make_work() {
  work=$(mktemp -d "${TMPDIR:-/tmp}/exemplar-bench.XXXXXX") || fail "no temporary folder"
  # PostgreSQL runs as another user when this is root, and has to reach its own folder in here.
  chmod 711 "$work"
}

free_port() {
  local port
  while :; do
    port=$((20000 + RANDOM % 30000))
    (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null || { echo "$port"; return; }
  done
}

# ---- a private PostgreSQL, as it is out of the box ----------------------------------------------------------------------

as_postgres() {
  if [ "$(id -u)" -eq 0 ]; then runuser -u postgres -- "$@"; else "$@"; fi
}

start_postgres() {
  local bin tries=0
  [ -n "$(postgres_bin)" ] || need_package postgresql
  bin=$(postgres_bin)
  [ -n "$bin" ] || fail "PostgreSQL's programs are still missing after installing the package 'postgresql'"
  export PGPASSWORD
  PGPASSWORD=$(od -An -N 16 -tx1 /dev/urandom | tr -d ' \n')
  postgres_port=$(free_port)
  mkdir "$work/postgres"
  echo "$PGPASSWORD" > "$work/postgres/password"
  if [ "$(id -u)" -eq 0 ]; then
    id postgres >/dev/null 2>&1 || fail "PostgreSQL does not run as root, and there is no user 'postgres'"
    chown -R postgres "$work/postgres"
  fi
  ( cd "$work/postgres" && as_postgres "$bin/initdb" -D "$work/postgres/data" -U bench --pwfile=password \
      --auth=scram-sha-256 --encoding=UTF8 --locale=C ) >"$work/initdb.log" 2>&1 || { cat "$work/initdb.log" >&2; fail "initdb failed"; }
  ( cd "$work/postgres" && as_postgres "$bin/postgres" -D "$work/postgres/data" -p "$postgres_port" \
      -c listen_addresses=127.0.0.1 -c unix_socket_directories= ) >"$work/postgres.log" 2>&1 &
  postgres_pid=$!
  until "$bin/pg_isready" -q -h 127.0.0.1 -p "$postgres_port"; do
    tries=$((tries + 1))
    kill -0 "$postgres_pid" 2>/dev/null && [ "$tries" -lt 300 ] || { cat "$work/postgres.log" >&2; fail "PostgreSQL did not start"; }
    sleep 0.1
  done
  say "$("$bin/postgres" --version) listens on port $postgres_port"
}

make_database() {
  "$(postgres_bin)/createdb" -h 127.0.0.1 -p "$postgres_port" -U bench "$1" || fail "createdb failed"
  connection="Host=127.0.0.1;Port=$postgres_port;Username=bench;Password=$PGPASSWORD;Database=$1"
}

drop_database() {
  "$(postgres_bin)/dropdb" -h 127.0.0.1 -p "$postgres_port" -U bench "$1" || say "dropdb failed"
}

# ---- servers ------------------------------------------------------------------------------------------------------------

# Starts Exemplar on the folder $1 and the database $2 (empty: SQLite). Sets server_pid, server_url and ready_ms.
start_server() {
  local data=$1 database=$2 log=$work/server.log started tries=0
  : > "$log"
  started=$(date +%s%N)
  if [ -n "$database" ]; then export EXEMPLAR_DATABASE=$database; else unset EXEMPLAR_DATABASE; fi
  EXEMPLAR_ADMIN_TOKEN=$token dotnet "$server_dll" --urls http://127.0.0.1:0 --data "$data" >"$log" 2>&1 &
  server_pid=$!
  until grep -q '^Exemplar is listening on ' "$log"; do
    tries=$((tries + 1))
    kill -0 "$server_pid" 2>/dev/null && [ "$tries" -lt 6000 ] || { tail -n 20 "$log" >&2; fail "the server did not become ready"; }
    sleep 0.02
  done
  ready_ms=$((($(date +%s%N) - started) / 1000000))
  server_url=$(sed -n 's/^Exemplar is listening on //p' "$log" | head -n 1)
}

stop_server() {
  end "$server_pid" || { say "the server ended with code $?; its last lines:"; tail -n 20 "$work/server.log" >&2; bad_stops=$((bad_stops + 1)); }
  server_pid=""
  # That it was not running before this start (1101) is as it should be.
  local warnings
  warnings=$(grep -E 'warn: |fail: |crit: ' "$work/server.log" | grep -vF '[1101]' | head -n 10)
  [ -z "$warnings" ] || printf 'bench.sh: the server warned:\n%s\n' "$warnings" >&2
}

start_bare() {
  local port tries=0
  port=$(free_port)
  bare_url=http://127.0.0.1:$port
  dotnet "$bare_dll" --urls "$bare_url" >"$work/bare.log" 2>&1 &
  bare_pid=$!
  until (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; do
    tries=$((tries + 1))
    kill -0 "$bare_pid" 2>/dev/null && [ "$tries" -lt 300 ] || { cat "$work/bare.log" >&2; fail "the bare endpoint did not start"; }
    sleep 0.1
  done
}

peak_kb() { sed -n 's/^VmHWM:[^0-9]*\([0-9]*\) kB/\1/p' "/proc/$1/status"; }

accepted_by() {
  curl -sS --max-time 20 "$1/metrics" | awk '/^exemplar_heartbeats_accepted_total[{ ]/ { n += $NF > 1e12 ? $(NF - 1) : $NF } END { printf "%.0f", n }'
}

# ---- ingest -------------------------------------------------------------------------------------------------------------

# Loads $1 for $2 seconds; prints wrk's figures as fields.
load() {
  local url=$1 seconds=$2 output
  output=$(timeout $((seconds + 60)) wrk -t 2 -c "$connections" -d "${seconds}s" --timeout 10s --latency \
    -s "$root/bench/wrk/heartbeat.lua" "$url" -- "$work/ids" "$token" 2>&1)
  if ! grep -q '^BENCH' <<<"$output"; then
    echo "$output" >&2
    return 1
  fi
  sed -n 's/^BENCH\t//p' <<<"$output"
}

measure_bare() {
  local figures
  load "$bare_url" "$warmup" >/dev/null && figures=$(load "$bare_url" "$seconds") || fail "wrk failed on the bare endpoint"
  printf 'bare\t%s\t%s\t-\t%s\t-\n' "$1" "$figures" "$(peak_kb "$bare_pid")" | tee -a "$work/runs" | show
}

measure_exemplar() {
  local engine=$1 monitors=$2 before after figures
  load "$server_url" "$warmup" >/dev/null || fail "wrk failed on Exemplar"
  # The figures are kept for a moment by the server; the count may only be older than the run, never younger.
  before=$(accepted_by "$server_url")
  figures=$(load "$server_url" "$seconds") || fail "wrk failed on Exemplar"
  sleep 0.5
  after=$(accepted_by "$server_url")
  printf '%s\t%s\t%s\t%s\t%s\t%s\n' "$engine" "$monitors" "$figures" "$((after - before))" "$(peak_kb "$server_pid")" "$ready_ms" \
    | tee -a "$work/runs" | show
}

show() {
  awk -F '\t' '{ printf "bench.sh: %-8s %8d monitors: %7.0f/s, p50 %.2f ms, p99 %.2f ms, %d not 2xx\n", $1, $2, $3 / $4 * 1e6, $5 / 1e3, $6 / 1e3, $8 + $9 }' >&2
}

ingest_one() {
  local engine=$1 monitors=$2 data=$work/data name=bench_$2
  connection=""
  [ "$engine" = sqlite ] || make_database "$name"
  mkdir "$data"
  # The first start makes the schema, the organization and its token; then the monitors are filled in from outside.
  start_server "$data" "$connection"
  stop_server
  say "seeding $monitors monitors ($engine)"
  dotnet "$bench_dll" seed --data "$data" --postgres "$connection" --monitors "$monitors" || fail "seeding failed"
  start_server "$data" "$connection"
  measure_exemplar "$engine" "$monitors"
  stop_server
  rm -rf "$data"
  [ "$engine" = sqlite ] || drop_database "$name"
}

write_ids() {
  dotnet "$bench_dll" ids --monitors "$1" --ids "$work/ids" || fail "the ids could not be written"
}

ingest() {
  local engines=sqlite,postgres monitors=1,10000,1000000 results=$root/bench/results count engine
  seconds=10 warmup=10 connections=64
  while [ $# -gt 0 ]; do
    [ $# -ge 2 ] || fail "$1 needs a value"
    case $1 in
      --engines) engines=$2 ;;
      --monitors) monitors=$2 ;;
      --seconds) seconds=$2 ;;
      --warmup) warmup=$2 ;;
      --connections) connections=$2 ;;
      --results) results=$(realpath -m "$2") ;;
      *) fail "ingest has no option $1" ;;
    esac
    shift 2
  done
  for count in ${monitors//,/ } "$seconds" "$warmup" "$connections"; do
    [[ $count =~ ^[1-9][0-9]{0,6}$ ]] || fail "'$count' is not a number from 1 to 9999999"
  done
  for engine in ${engines//,/ }; do
    [[ $engine =~ ^(sqlite|postgres)$ ]] || fail "there is no engine '$engine': sqlite or postgres"
  done

  command -v wrk >/dev/null 2>&1 || need_package wrk
  command -v wrk >/dev/null 2>&1 || fail "wrk is still missing after installing the package 'wrk'"
  command -v curl >/dev/null 2>&1 || need_package curl
  build
  make_work
  [[ $engines != *postgres* ]] || start_postgres
  start_bare
  for count in ${monitors//,/ }; do
    write_ids "$count"
    measure_bare "$count"
    for engine in ${engines//,/ }; do
      ingest_one "$engine" "$count"
      measure_bare "$count"
    done
  done
  dotnet "$bench_dll" report --runs "$work/runs" --results "$results" --data "$work" --revision "$(revision)" \
    --how "wrk, 2 threads, $connections connections, ${warmup} s of warm-up, ${seconds} s measured" || exit 1
  [ "$bad_stops" -eq 0 ] || fail "$bad_stops times a server did not stop as it should"
}

# ---- benchmarks that start their server themselves ----------------------------------------------------------------------

# prepare ENGINE: what is built, a folder for data, and a database on PostgreSQL, whose name is in $connection.
prepare() {
  build
  make_work
  mkdir "$work/data"
  connection=""
  [ "$1" = postgres ] || return 0
  start_postgres
  make_database bench
}

# measure KIND SECONDS OPTION …: a benchmark that starts its server itself. The time is a limit, not an expectation.
measure() {
  local kind=$1 limit=$2
  shift 2
  # In the background, so that a signal to this script is not held up.
  timeout -k 30 "$limit" dotnet "$bench_dll" "$kind" --server "$server_dll" --data "$work/data" --revision "$(revision)" "$@" &
  child_pid=$!
  wait "$child_pid"
  local code=$?
  child_pid=""
  exit "$code"
}

# ---- detect -------------------------------------------------------------------------------------------------------------

detect() {
  local engine=sqlite results=$root/bench/results options=() seconds=60
  while [ $# -gt 0 ]; do
    [ $# -ge 2 ] || fail "$1 needs a value"
    case $1 in
      --engine) engine=$2 ;;
      --results) results=$(realpath -m "$2") ;;
      --monitors | --silent | --grace | --rate | --start-allowance) options+=("$1" "$2") ;;
      --seconds) seconds=$2 options+=("$1" "$2") ;;
      *) fail "detect has no option $1" ;;
    esac
    shift 2
  done
  [[ $engine =~ ^(sqlite|postgres)$ ]] || fail "there is no engine '$engine': sqlite or postgres"
  [[ $seconds =~ ^[1-9][0-9]{0,3}$ ]] || fail "--seconds must be a number from 1 to 3600"
  prepare "$engine"
  measure detect $((seconds + 900)) --postgres "$connection" --results "$results" ${options[@]+"${options[@]}"}
}

# ---- alerts -------------------------------------------------------------------------------------------------------------

alerts() {
  local engine=sqlite results=$root/bench/results options=()
  while [ $# -gt 0 ]; do
    [ $# -ge 2 ] || fail "$1 needs a value"
    case $1 in
      --engine) engine=$2 ;;
      --results) results=$(realpath -m "$2") ;;
      --monitors) options+=("$1" "$2") ;;
      *) fail "alerts has no option $1" ;;
    esac
    shift 2
  done
  [[ $engine =~ ^(sqlite|postgres)$ ]] || fail "there is no engine '$engine': sqlite or postgres"
  prepare "$engine"
  measure alerts 600 --postgres "$connection" --results "$results" ${options[@]+"${options[@]}"}
}

# ---- mass ---------------------------------------------------------------------------------------------------------------

mass() {
  local engine=sqlite results=$root/bench/results options=()
  while [ $# -gt 0 ]; do
    [ $# -ge 2 ] || fail "$1 needs a value"
    case $1 in
      --engine) engine=$2 ;;
      --results) results=$(realpath -m "$2") ;;
      --monitors | --together | --rate) options+=("$1" "$2") ;;
      *) fail "mass has no option $1" ;;
    esac
    shift 2
  done
  [[ $engine =~ ^(sqlite|postgres)$ ]] || fail "there is no engine '$engine': sqlite or postgres"
  prepare "$engine"
  measure mass 1800 --postgres "$connection" --results "$results" ${options[@]+"${options[@]}"}
}

# ---- console ------------------------------------------------------------------------------------------------------------

console() {
  local results=$root/bench/results options=()
  while [ $# -gt 0 ]; do
    [ $# -ge 2 ] || fail "$1 needs a value"
    case $1 in
      --results) results=$(realpath -m "$2") ;;
      --monitors | --checks | --repeats) options+=("$1" "$2") ;;
      *) fail "console has no option $1" ;;
    esac
    shift 2
  done
  prepare sqlite
  measure console 1800 --results "$results" ${options[@]+"${options[@]}"}
}

case ${1:-} in
  ingest | detect | alerts | mass | console) "$@" ;;
  *) sed -n '2,14s/^# \{0,1\}//p' "$0"; exit 2 ;;
esac
