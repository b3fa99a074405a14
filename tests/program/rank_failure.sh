#!/usr/bin/env bash
# A rank that throws while a parallel HDF5 file is open and the others are inside its collective write: the job ends in
# seconds, says who failed where, leaves no temporary file behind and an older result alone.
. "$(dirname "$0")/lib.sh"

for rank in 0 1 2; do
  for older in no yes; do
    rm -f out.h5
    [ $older = no ] || echo "an older result" >out.h5
    start "$TEST_MPIEXEC" -n 3 "$TEST_TOOLS/failing_writer" --rank $rank --output out.h5
    expect_status 1
    [ "${seconds%.*}" -lt 5 ] || complain "it took $seconds s instead of less than 5"
    expect_text err "shoal: rank $rank of 3 on $(uname -n): the net is torn"
    [ "$(grep -Ec '^shoal' "$err")" -eq 1 ] || complain "stderr does not have one message"
    if [ $older = no ]; then left= ; else left=out.h5; fi
    [ "$(ls -A)" = "$left" ] || complain "this is left behind: $(ls -A), instead of: $left"
    [ $older = no ] || [ "$(cat out.h5)" = "an older result" ] || complain "the older result was changed"
  done
done

# The same job when nothing fails.
start "$TEST_MPIEXEC" -n 3 "$TEST_TOOLS/failing_writer" --rank -1 --output out.h5
expect_status 0
must 1 inspect out.h5
expect_line out '/first +float32 +1000 x 64' '/second +float32 +1000 x 64'
finish
