# shellcheck shell=bash disable=SC2034
# Sourced by the scripts of this folder. Each runs in an empty scratch folder, says what went wrong, and ends with
# `finish`. TEST_PROGRAM, TEST_TOOLS, TEST_MPIEXEC and TEST_SCRATCH come from CMakeLists.txt.
set -uo pipefail

for variable in ${!SHOAL_@}; do unset "$variable"; done  # they would be options of the program
rm -rf "$TEST_SCRATCH"
mkdir -p "$TEST_SCRATCH/data" "$TEST_SCRATCH/results" "$TEST_SCRATCH/tmp"
cd "$TEST_SCRATCH/data" || exit 1

out=$TEST_SCRATCH/out err=$TEST_SCRATCH/err  # the streams of what was run last
results=$TEST_SCRATCH/results
# Of its own for all that run at once: one mpirun may remove Open MPI's folder while another finds it there.
export TMPDIR=$TEST_SCRATCH/tmp
limit=${TEST_LIMIT:-120}  # seconds for what is run
wrong=0 cases=0
status=0 seconds=0 command=

# A complaint, below what was run last and what it said.
complain() {
  if [ -n "$command" ]; then
    echo "--- '$command' ended with status $status after $seconds s and said, on stdout (its last 40 lines):"
    tail -n 40 "$out"
    echo "--- and on stderr:"
    cat "$err"
    echo "---"
    command=
  fi
  echo "WRONG: $*"
  wrong=$((wrong + 1))
}

# Waits for what runs beside the script, and shows what that said.
join() {
  wait
  if [ $cases -gt 0 ]; then
    cat "$TEST_SCRATCH"/case_*/log | tee "$out"
    wrong=$((wrong + $(grep -c '^WRONG: ' "$out")))
    local checked=("$TEST_SCRATCH"/case_*/checked)
    [ ${#checked[@]} -eq $cases ] || complain "${#checked[@]} of $cases cases were checked to their end"
    rm -rf "$TEST_SCRATCH"/case_*
    cases=0
  fi
}

# Ends the script: its last line.
finish() {
  join
  cd / || exit 1
  if [ $wrong -eq 0 ]; then
    rm -rf "$TEST_SCRATCH"
    echo "all as it should be"
    exit 0
  fi
  echo "$wrong wrong; the files are in $TEST_SCRATCH"
  exit 1
}

make_data() {
  "$TEST_TOOLS/make_data" "$@" && return
  complain "make_data $* failed"
  finish
}

# start COMMAND...: runs it, leaving what it said in $out and $err, and sets status and seconds.
start() {
  local begin=${EPOCHREALTIME/[.,]/} microseconds
  command="$*"
  timeout --kill-after=2 $limit "$@" >"$out" 2>"$err" </dev/null
  status=$?
  microseconds=$((${EPOCHREALTIME/[.,]/} - begin))
  seconds=$(printf '%d.%02d' $((microseconds / 1000000)) $((microseconds % 1000000 / 10000)))
}

# shoal RANKS ARGUMENTS...: starts the program; one rank needs no mpirun.
shoal() {
  local ranks=$1
  shift
  if [ "$ranks" -eq 1 ]; then
    start "$TEST_PROGRAM" "$@"
  else
    start "$TEST_MPIEXEC" -n "$ranks" "$TEST_PROGRAM" "$@"
  fi
}

# must RANKS ARGUMENTS...: shoal; nothing further makes sense unless it succeeds.
must() {
  shoal "$@"
  [ $status -eq 0 ] && return
  complain "status $status instead of 0"
  finish
}

expect_status() { [ $status -eq "$1" ] || complain "status $status instead of $1"; }
expect_file() { [ -s "$1" ] || complain "$1 is missing or empty"; }

# expect_text out|err TEXT...: each text is somewhere in the stream.
expect_text() {
  local stream=${!1} name=$1 text
  shift
  for text in "$@"; do
    grep -Fq -- "$text" "$stream" || complain "std$name does not say '$text'"
  done
}

# expect_line out|err REGEX...: each extended regular expression matches a line.
expect_line() {
  local stream=${!1} name=$1 regex
  shift
  for regex in "$@"; do
    grep -Eq -- "$regex" "$stream" || complain "no line of std$name matches '$regex'"
  done
}

expect_no_text() {
  local stream=${!1} name=$1 text
  shift
  for text in "$@"; do
    ! grep -Fq -- "$text" "$stream" || complain "std$name says '$text'"
  done
}

# expect_same A B: datasets or, with a slash at the end, groups that are the same bit for bit.
expect_same() {
  local text
  text=$("$TEST_TOOLS/same_data" "$@") || complain "$1 and $2 are not the same: $text"
}

# expect_close A B TOLERANCE: datasets of the same shape whose elements differ by no more.
expect_close() { expect_same "$@"; }

# The rank counts whose results are compared; TEST_RANKS="1 5 7 8" asks for others.
read -ra rank_counts <<<"${TEST_RANKS:-1 2 3 4}"

# expect_same_hashes FILE WHAT N: the file has N lines 'hash  run', as sha256sum writes them, all of one hash.
expect_same_hashes() {
  echo "$2:"
  cat "$1"
  [ "$(wc -l <"$1")" -eq "$3" ] || complain "there are not $3 of $2"
  [ "$(cut -d ' ' -f 1 "$1" | sort -u | wc -l)" -eq 1 ] || complain "$2 differs: $(cat "$1")"
}

# beside FUNCTION ARGUMENTS...: calls a function in a copy of this folder while the script goes on, up to four at once:
# most of their time is mpirun's waiting. What is to stay goes to $results.
beside() {
  while [ "$(jobs -rp | wc -l)" -ge 4 ]; do wait -n; done
  cases=$((cases + 1))
  beside_in "$TEST_SCRATCH/case_$(printf %03d $cases)" "$@" &
}

beside_in() {
  local folder=$1
  shift
  mkdir "$folder" "$folder/tmp" && cp -r . "$folder/data" && cd "$folder/data" || exit 1
  exec >"$folder/log" 2>&1
  out=$folder/out err=$folder/err
  export TMPDIR=$folder/tmp
  finish() { exit 1; }
  "$@"
  touch "$folder/checked"
}

# reject CODE TEXT... -- ARGUMENTS...: alone and on 3 ranks the program ends with CODE and one message in all, with a
# hint and every TEXT, and leaves its folder as it was.
reject() {
  beside rejected 1 "$@"
  beside rejected 3 "$@"
}

rejected() {
  local ranks=$1 code=$2 texts=() changes
  shift 2
  while [ "$1" != -- ]; do
    texts+=("$1")
    shift
  done
  shift
  shoal "$ranks" "$@"
  expect_status "$code"
  [ "$(grep -Ec '^shoal( [a-z]+)?: ' "$err")" -eq 1 ] || complain "stderr does not have one message"
  # The sentence about a bad value names the good ones itself, and what is given twice needs no advice.
  expect_line err '^  hint: |but must be|is given twice'
  expect_text err "${texts[@]}"
  expect_no_text err MPI_ABORT
  changes=$(diff -r "$TEST_SCRATCH/data" .) || complain "the files changed (< before, > after): $changes"
  [ "$ranks" -gt 1 ] || grep -E '^(shoal|  hint)' "$err"  # a record of the sentences, for ctest -V
}
