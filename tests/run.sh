#!/usr/bin/env bash
# Builds everything and runs every test. Ends with one line: N passed, N failed, N skipped.
#   tests/run.sh                    all
#   tests/run.sh --filter EXPR      as dotnet test --filter
set -uo pipefail
cd "$(dirname "$0")/.."
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_SKIP_FIRST_TIME_EXPERIENCE=1

# Command and the Debian package that holds it. Tests against a real peer are skipped where it is missing.
peers=(mosquitto:mosquitto mosquitto_pub:mosquitto-clients strace:strace prometheus:prometheus docker-compose:docker-compose chromium:chromium)

have() { PATH="$PATH:/usr/sbin:/sbin" command -v "$1" >/dev/null 2>&1; }

as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi
}

install_peers() {
    local missing=() peer
    for peer in "${peers[@]}"; do
        have "${peer%%:*}" || missing+=("${peer#*:}")
    done
    if [ ${#missing[@]} = 0 ] || ! have apt-get || ! as_root true 2>/dev/null; then
        return 0
    fi
    echo "installing ${missing[*]}"
    export DEBIAN_FRONTEND=noninteractive

    # A package starts its service unless a policy forbids it, and a broker on the usual port is in the way of tests.
    local policy=/usr/sbin/policy-rc.d own=no
    if [ ! -e "$policy" ]; then
        own=yes
        printf '#!/bin/sh\nexit 101\n' | as_root tee "$policy" >/dev/null
        as_root chmod +x "$policy"
    fi
    { as_root apt-get update -qq && as_root apt-get install -y -qq --no-install-recommends "${missing[@]}"; } >/dev/null ||
        echo "could not install ${missing[*]}; what needs them is skipped" >&2
    [ "$own" = no ] || as_root rm -f "$policy"
    return 0
}

finish() {
    echo "$1 passed, $2 failed, $3 skipped"
    [ "$2" = 0 ] && [ "$1" != 0 ]
    exit
}

install_peers
export PATH="$PATH:/usr/sbin:/sbin"

dotnet restore SensorPipeline.sln -v q && dotnet build SensorPipeline.sln -c Release --no-restore -v q -warnaserror || finish 0 1 0

results=$(mktemp -d)
trap 'rm -rf "$results"' EXIT
passed=0 failed=0 skipped=0
for project in tests/*/*.csproj; do
    grep -q '<IsTestProject>true' "$project" || continue
    name=$(basename "$project" .csproj)
    log="$results/$name.log"
    dotnet test "$project" -c Release --no-build -v q --logger "console;verbosity=normal" \
        --blame-hang --blame-hang-timeout 10m --blame-hang-dump-type none "$@" >"$log" 2>&1
    code=$?
    count() { sed -nE "s/^ *$1: *([0-9]+) *$/\1/p" "$log" | tail -1; }
    p=$(count Passed) f=$(count Failed) s=$(count Skipped)
    p=${p:-0} f=${f:-0} s=${s:-0}

    # A test host that dies, or a project without a single test, must not look like success.
    if [ "$code" != 0 ] && [ "$f" = 0 ]; then
        f=1
        echo "$name: dotnet test ended with exit code $code and no failed test"
    fi
    if [ $# = 0 ] && [ $((p + f + s)) = 0 ]; then
        f=1
        echo "$name: no test was found"
    fi
    if [ "$f" != 0 ]; then
        grep -vE '^ *Passed ' "$log"
    fi
    grep -A1 -F '[SKIP]' "$log" | sed -nE 's/^\[xUnit\.net [0-9:.]+\] */  /p'
    echo "$name: $p passed, $f failed, $s skipped"
    passed=$((passed + p)) failed=$((failed + f)) skipped=$((skipped + s))
done

if [ "$skipped" -gt 0 ]; then
    echo "Skipped tests say what they miss. Peers of the tests on Debian: apt-get install ${peers[*]#*:}"
fi
finish "$passed" "$failed" "$skipped"
