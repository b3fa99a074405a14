#!/usr/bin/env bash
# shoal doctor: all is well here; and what it says where something is not.
. "$(dirname "$0")/lib.sh"

checks=('one world' program MPI HDF5 BLAS cores memory arithmetic 'BLAS bits' 'byte tiles' directory 'file locks' 'free space'
        'parallel HDF5')

well() {
  must "$1" doctor --megabytes 1
  for check in "${checks[@]}"; do expect_line out "^  $check +(good|WARNING) +[^ ]"; done
  expect_line out "^  one world +good +$1 ranks? on 1 machine" '^  parallel HDF5 +good .* written at .*, read back at '
  [ "$1" -eq 1 ] || expect_line out '^  sum of 8 bytes +(good|WARNING) +[0-9]' '^  sum of 4 MiB +good .*/s'
  expect_no_text out BAD
  [ -z "$(ls -A)" ] || complain "this is left behind: $(ls -A)"
}
beside well 1
beside well 3

missing() {
  shoal "$1" doctor nowhere
  expect_status 4
  expect_line out "^  directory +BAD +.*there is no directory 'nowhere'" '^directory: Create it: mkdir -p'
  expect_line err '^shoal doctor: error: 1 of [0-9]+ checks found something bad'
}
beside missing 1
beside missing 3

# mpirun of another MPI: each process is alone, though the launcher says otherwise. One explains.
alone() {
  start env PMI_SIZE=4 PMI_RANK=0 "$TEST_PROGRAM" doctor
  expect_status 1
  expect_line out '^  one world +BAD +4 processes were asked for, but this one sees no others' '^one world: Start shoal with'
  start env PMI_SIZE=4 PMI_RANK=2 "$TEST_PROGRAM" doctor
  expect_status 0
  [ ! -s "$out" ] && [ ! -s "$err" ] || complain "a process that is not the first explains too"
}
beside alone

# Machines that compute other bits, as an older processor would: the rank that differs is named.
other_kernel() {
  start "$TEST_MPIEXEC" -n 2 "$TEST_PROGRAM" doctor : -n 1 -x OPENBLAS_CORETYPE=Prescott "$TEST_PROGRAM" doctor
  expect_status 1
  expect_line out "^  BLAS +BAD +rank 0 on $(uname -n) has .*, rank 2 on $(uname -n) has .*kernel Prescott" \
    "^  BLAS bits +BAD +.*rank 2 on $(uname -n) has " '^BLAS bits: set OPENBLAS_CORETYPE on all machines'
}
beside other_kernel

# Ranks that are all bound to one core.
crowded() {
  start taskset -c "$(taskset -cp $$ | sed 's/.*: //; s/[-,].*//')" "$TEST_MPIEXEC" -n 2 "$TEST_PROGRAM" doctor
  expect_status 0
  expect_line out "^  cores +WARNING +rank 0 on $(uname -n) and 1 other rank share 1 core" '^cores: start one rank a core'
}
beside crowded

# An input output component that hangs on a full disk.
ompio() {
  start env OMPI_MCA_io=ompio "$TEST_MPIEXEC" -n 2 "$TEST_PROGRAM" doctor --megabytes 1
  expect_status 0
  expect_line out '^  MPI-IO +WARNING +OMPIO was chosen'
}
beside ompio

finish
