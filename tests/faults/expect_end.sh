#!/usr/bin/env bash
# Runs a program that must fail, and checks how it ends:
#   expect_end.sh --within SECONDS --status N [--text REGEX]... [--once TEXT]... [--never TEXT]... -- COMMAND...
# --text: an extended regular expression found in a line of its output; --once: a text in exactly one line, where {host}
# stands for this machine's name; --never: a text in no line.
set -uo pipefail

within=5 status=0 texts=() once=() never=()
while [ $# -gt 0 ]; do
  case $1 in
    --within) within=$2 ;;
    --status) status=$2 ;;
    --text) texts+=("${2//\{host\}/$(uname -n)}") ;;
    --once) once+=("${2//\{host\}/$(uname -n)}") ;;
    --never) never+=("$2") ;;
    --) shift; break ;;
    *) echo "expect_end.sh: unknown option $1" >&2; exit 2 ;;
  esac
  shift 2
done

log=$(mktemp)
trap 'rm -f "$log"' EXIT
wrong=0
complain() { echo "WRONG: $*"; wrong=1; }

start=$(date +%s%N)
timeout --kill-after=1 60 "$@" >"$log" 2>&1 </dev/null
got=$?
milliseconds=$((($(date +%s%N) - start) / 1000000))

echo "--- '$*' ended with status $got after $milliseconds ms and said:"
cat "$log"
echo "---"
[ "$got" -eq "$status" ] || complain "status $got instead of $status"
[ "$milliseconds" -lt $((within * 1000)) ] || complain "it took $milliseconds ms instead of less than $within s"
for text in ${texts[@]+"${texts[@]}"}; do
  grep -Eq -- "$text" "$log" || complain "no line matches '$text'"
done
for text in ${once[@]+"${once[@]}"}; do
  count=$(grep -Fc -- "$text" "$log")
  [ "$count" -eq 1 ] || complain "$count lines in place of one contain '$text'"
done
for text in ${never[@]+"${never[@]}"}; do
  ! grep -Fq -- "$text" "$log" || complain "a line contains '$text'"
done
exit $wrong
