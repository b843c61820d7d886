#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Puts rows into the table of tests/README.md: COMMAND | tests/trust/table.sh NAME
# Of what it reads, lines that start with | take the place of those between <!-- trust:NAME --> and <!-- /trust -->; the others
# are passed on.
set -eu
readme=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)/README.md
name=${1:?which part of the table?}
grep -q "^<!-- trust:$name -->\$" "$readme" || { echo "table.sh: $readme has no part <!-- trust:$name -->" >&2; exit 2; }
rows=$(mktemp)
trap 'rm -f "$rows" "$rows.new"' EXIT
tee "$rows" | grep -v '^|' || true
sed -i '/^|/!d' "$rows"
[ -s "$rows" ] || { echo "table.sh: no rows came, the table stays as it was" >&2; exit 1; }
awk -v name="$name" -v rows="$rows" '
    $0 == "<!-- trust:" name " -->" { print; while ((getline line < rows) > 0) print line; inside = 1; next }
    $0 == "<!-- /trust -->" { inside = 0 }
    !inside { print }' "$readme" >"$rows.new"
cat "$rows.new" >"$readme"
