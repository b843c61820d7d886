#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Lets libFuzzer look for input that breaks a reader: tests/trust/fuzz.sh [--minutes N] [--build FOLDER] [TARGET ...]
# Builds with clang under address and undefined-behaviour sanitizers, shares N minutes (20) between the targets (all of them), and
# ends with Markdown rows | what | count | outcome |. What it finds lies in FOLDER/findings; status 1 if there is anything.
set -eu
cd "$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd)"
minutes=20
build=build/fuzz
targets=""
while [ $# -gt 0 ]; do
    case $1 in
    --minutes) minutes=$2; shift 2 ;;
    --build) build=$2; shift 2 ;;
    -*) echo "fuzz.sh: unknown option $1; there are --minutes N and --build FOLDER" >&2; exit 2 ;;
    *) targets="$targets $1"; shift ;;
    esac
done
[ -n "$targets" ] || targets=$(ls tests/trust/fuzz/corpus)
command -v clang++ >/dev/null || { echo "fuzz.sh: needs clang++ and libFuzzer (Debian: clang, libclang-rt-dev)" >&2; exit 2; }

programs=""
for target in $targets; do programs="$programs fuzz_$target"; done
[ -f "$build/build.ninja" ] || cmake -S . -B "$build" -G Ninja -DCMAKE_CXX_COMPILER=clang++ -DCMAKE_BUILD_TYPE=Debug \
    -DCMAKE_CXX_FLAGS_DEBUG= -DSCOREFIELD_SANITIZE=address -DSCOREFIELD_FUZZ=ON -DSCOREFIELD_APPLICATION=OFF >&2
cmake --build "$build" --target $programs >&2

mkdir -p "$build/findings" "$build/logs"
seconds=$(echo "$minutes $(echo $targets | wc -w)" | awk '{ s = int(60 * $1 / $2); print s < 1 ? 1 : s }')
found=0
rows=""
for target in $targets; do
    corpus=$build/grown/$target # what libFuzzer adds; the seeds stay as they are
    mkdir -p "$corpus"
    log=$build/logs/$target.txt
    status=0
    nice -n 19 "$build/bin/fuzz_$target" "$corpus" "tests/trust/fuzz/corpus/$target" -max_total_time="$seconds" -max_len=32768 \
        -timeout=30 -rss_limit_mb=4096 -print_final_stats=1 -artifact_prefix="$build/findings/$target-" >"$log" 2>&1 || status=$?
    count=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")
    covered=$(sed -n 's/.* cov: \([0-9]*\) .*/\1/p' "$log" | tail -n 1)
    edges=$(sed -n 's/.*(\([0-9]*\) inline 8-bit counters).*/\1/p' "$log" | head -n 1)
    outcome="no finding"
    if [ "$status" -ne 0 ]; then
        found=1
        outcome="a finding: $(grep -m 1 -E 'ERROR|runtime error|broken promise' "$log" || echo "status $status, see $log")"
    fi
    rows="$rows| fuzz: $target, $seconds s | ${count:-0} executions, ${covered:-0} of ${edges:-?} edges | $outcome |
"
done
printf '%s' "$rows"
exit $found
