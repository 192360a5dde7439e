#!/bin/sh
# Wraps the rows of a manifest with GNU parallel, on all processors of this machine.
#
#   wrap.sh manifest.jsonl
#
# parallel splits the manifest into blocks of BLOCK_ROWS rows. Each block is the standard input of a
# `byok batch wrap -` of its own, which writes results/BLOCK.jsonl when it has answered all its rows.
# Run it in the folder of the manifest: paths in rows are relative to the current folder.
#
# If blocks fail, or the machine stops, run the same command again. parallel runs only the blocks that are
# not done, by its joblog, and byok skips their rows that are done, by the folders in wrapped/. At the
# end, `cat results/*.jsonl` has the answer to every row, in the order of the manifest.
set -eu

manifest=$1
mkdir -p results

# results/ has a file of an earlier run only if that block is run again.
wrap_block='
    result=results/$(printf %06d {#}).jsonl
    rm -f "$result"
    exec byok batch wrap - --jobs 1 --out-dir wrapped -o "$result"
'

exec parallel --pipe -N "${BLOCK_ROWS:-1000}" --joblog joblog.tsv --resume-failed "$wrap_block" <"$manifest"
