#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Runs the command line under valgrind's memcheck, every sub-command once and small: tests/trust/memcheck.sh [PROGRAM]
# A read of what was never written, a bad access or memory that is definitely lost is an error. What shared libraries of others do
# among themselves (software OpenGL compiles at run time) is left out by tests/support/memcheck.supp. Ends with a Markdown row
# | what | count | outcome |; status 1 if there was an error.
set -eu
cd "$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd)"
program=${1:-build/release/bin/scorefield}
command -v valgrind >/dev/null || { echo "memcheck.sh: needs valgrind (Debian: valgrind)" >&2; exit 2; }
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
export QT_QPA_PLATFORM=offscreen LIBGL_ALWAYS_SOFTWARE=1
runs=0
bad=""

# check STATUS ARGUMENT...: the sub-command ends with this status, without a report.
check() {
    expected=$1
    shift
    runs=$((runs + 1))
    status=0
    valgrind --quiet --error-exitcode=99 --leak-check=full --errors-for-leak-kinds=definite --show-leak-kinds=definite \
        --suppressions=tests/support/memcheck.supp --log-file="$folder/log" "$program" "$@" >"$folder/out" 2>"$folder/err" || status=$?
    [ "$status" -eq "$expected" ] && return 0
    bad="$bad $1"
    echo "memcheck.sh: scorefield $*: status $status, not $expected" >&2
    head -n 40 "$folder/err" "$folder/log" >&2
}

small="--particles 64"
check 0 --version --verbose
check 0 list presets
check 0 list samplers --json
check 0 sample three-modes --lane 1 $small --set lanes.1.guidance.w=4 -o "$folder/end.npy" --trajectory "$folder/all.npy" --stats "$folder/stats.json"
check 0 sample three-modes $small --set lanes.1.sampler.kind=euler-maruyama --precision double -o "$folder/other.npy"
check 0 evaluate --mixture tests/reference/mixtures/M1.json --at "$folder/end.npy" --alpha 0.8 --sigma 0.6 --what score,log_density,denoised,hessian,responsibilities -o "$folder/evaluated"
check 0 ridge three-modes --noise 0.4 --trace -o "$folder/ridge.json"
check 0 fit resources/data/old-faithful.csv --components 2 -o "$folder/faithful.json"
check 0 metric w2 "$folder/end.npy" "$folder/other.npy"
check 0 metric kl --p "$folder/faithful.json" --q "$folder/faithful.json"
check 0 study guidance-sweep three-modes --sweep 'lanes.*.guidance.w=0:4:2' --set particles.count=64 -o "$folder/sweep.csv"
check 0 script three-modes --lane 1 -o "$folder/lane.py"
check 0 cite three-modes -o "$folder/references.bib"
check 0 render three-modes $small -o "$folder/figure.svg" --size 320x200
check 0 render three-modes $small -o "$folder/figure.png" --size 320x200
check 0 validate "$folder/figure.png" "$folder/faithful.json" resources/data/old-faithful.csv
check 2 validate tests/trust/memcheck.sh
check 2 sample no-such-preset -o "$folder/none.npy"
if [ -z "$bad" ]; then outcome="no report, no memory definitely lost"; else outcome="reports in:$bad"; fi
echo "| valgrind memcheck of the command line | $runs runs | $outcome |"
[ -z "$bad" ]
