#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Builds everything under a checker and runs the tests: tests/trust/suite.sh address|thread|coverage [--build FOLDER] [CTEST-ARGUMENTS ...]
# address: with undefined behaviour. thread: the tests with threads of their own, unless arguments choose others; windows are not
# among them, whose libraries are not instrumented and give reports of their own. coverage: gcov,
# needs gcovr. Ends with Markdown rows | what | count | outcome |; status 1 if a test failed.
set -eu
cd "$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd)"
case ${1:-} in
address) preset=asan what="address+undefined" ;;
thread) preset=tsan what="thread" ;;
coverage) preset=coverage what="coverage" ;;
*) echo "suite.sh: say address, thread or coverage" >&2; exit 2 ;;
esac
shift
build=build/$preset
if [ "${1:-}" = --build ]; then build=$2; shift 2; fi
concurrent='^(core_base_worker_pool|core_sampler_simulate|core_session_session_run|core_study_study|core_field_.*runs|core_metric_field_map|core_metric_transport|ui_document_.*)$'
[ "$preset" != tsan ] || [ $# -gt 0 ] || set -- -R "$concurrent"
[ "$preset" != coverage ] || command -v gcovr >/dev/null || { echo "suite.sh: needs gcovr (Debian: gcovr)" >&2; exit 2; }

[ -f "$build/build.ninja" ] || cmake --preset "$preset" -B "$build" >&2
cmake --build "$build" >&2
[ "$preset" != coverage ] || find "$build" -name '*.gcda' -delete
log=$build/suite.txt
status=0
# Slow programs run into the limits of Qt Test. libdbus forks, and hung there under a sanitizer. Programs under a limit of file
# sizes cannot write their counters either: libgcov is to be silent about it.
DBUS_SESSION_BUS_ADDRESS=disabled: QTEST_FUNCTION_TIMEOUT=3600000 \
ASAN_OPTIONS=detect_leaks=0 TSAN_OPTIONS=suppressions=$PWD/tests/support/tsan.supp GCOV_ERROR_FILE=/dev/null \
    ctest --test-dir "$build" --timeout 3600 -j 2 --output-on-failure "$@" >"$log" 2>&1 || status=1
grep -E '^ *[0-9]+/[0-9]+ .*(Failed|Timeout|Exception|SEGFAULT)' "$log" >&2 || true

total=$(sed -n 's/.*tests passed, .* tests failed out of \([0-9]*\).*/\1/p' "$log")
failed=$(sed -n 's/.*tests passed, \([0-9]*\) tests failed out of.*/\1/p' "$log")
reports=$(grep -c -E '^(==[0-9]+==ERROR|WARNING: ThreadSanitizer)|runtime error:' "$log" || true)
if [ "$preset" != coverage ]; then
    echo "| suite under $what | ${total:-0} test programs | ${failed:-?} failed, $reports reports |"
    exit $status
fi
source=$PWD
cd "$build" # gcov writes where it stands
build=$PWD
for folder in core ui app; do
    # Lines that only the preprocessor or the compiler made are nobody's to run.
    gcovr --root "$source" --object-directory "$build" --filter "$source/$folder/" --exclude-throw-branches --gcov-ignore-parse-errors \
        --exclude-unreachable-branches --txt "$build/coverage-$folder.txt" "$build" >&2
    lines=$(sed -n 's/^TOTAL *\([0-9]*\) *\([0-9]*\) *\([0-9]*%\).*/\2 of \1 lines, \3/p' "$build/coverage-$folder.txt")
    echo "| coverage of $folder | ${total:-0} test programs | $lines |"
done
exit $status
