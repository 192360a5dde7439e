#!/bin/sh
# Wraps the rows of one partition for Spark's pipe:
#
#   rows.pipe("/opt/byok/wrap-rows.sh")
#
# Spark writes a row of the manifest on each line of standard input, and reads an answer from each line of
# standard output. It runs a partition again if the exit status is not 0, and then drops its lines. So a row
# that is refused or failed is an answer here, and never an exit status. A partition fails only if
# not all of its rows were answered.
#
# Partitions are not compared with each other. Before the job, find key material that two KMS keys would
# share in the whole manifest: byok batch wrap --dry-run manifest.jsonl
set -eu

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

cat >"$work/rows"
# Spark pipes empty partitions too.
[ -s "$work/rows" ] || exit 0

status=0
byok batch wrap - --jobs 1 -o "$work/answers" <"$work/rows" || status=$?
# byok gives the file its name when it has answered the last row.
[ -e "$work/answers" ] || exit "$status"
cat "$work/answers"
