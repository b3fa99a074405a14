#!/usr/bin/env bash
# shoal doctor: all is well here; and what it says where something is not.
. "$(dirname "$0")/lib.sh"

checks=('one world' program MPI 'MPI threads' HDF5 BLAS cores memory arithmetic 'BLAS bits' 'BLAS threads' 'byte tiles' directory
        'file locks' 'free space' 'parallel HDF5')

well() {
  must "$1" doctor --megabytes 1
  for check in "${checks[@]}"; do expect_line out "^  $check +(good|WARNING) +[^ ]"; done
  expect_line out "^  one world +good +$1 ranks? on 1 machine" '^  parallel HDF5 +good .* written at .*, read back at ' \
    '^  MPI threads +good +(funneled|serialized|multiple)' '^  BLAS threads +good +one a rank' \
    "^  file locks +good +rank 0's lock keeps rank $(($1 - 1)) on $(uname -n) out"
  [ "$1" -eq 1 ] || expect_line out '^  sum of 8 bytes +(good|WARNING) +[0-9]' '^  sum of 4 MiB +(good|WARNING) .*/s'
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

# What a cluster does badly is told. A user's OPENBLAS_NUM_THREADS is nothing bad: Shoal takes one thread all the same.
unfit() {
  local what=$1 ranks=$2 code=$3
  shift 3
  start "$TEST_MPIEXEC" -n "$ranks" env OPENBLAS_NUM_THREADS=2 UNFIT="$what" "LD_PRELOAD=$TEST_UNFIT_CLUSTER" \
    "$TEST_PROGRAM" doctor --megabytes 1
  expect_status "$code"
  expect_line out "$@"
  expect_no_text err MPI_ABORT
  [ -z "$(ls -A)" ] || complain "this is left behind: $(ls -A)"
}
beside unfit nothing 2 0 '^  BLAS threads +good +one a rank'
if [ "$(nproc)" -gt 1 ]; then
  beside unfit blas 2 0 "^  BLAS threads +WARNING +rank 0 on $(uname -n) uses 2 threads a product" \
    '^BLAS threads: this OpenBLAS does not do as Shoal asks: set OPENBLAS_NUM_THREADS=1'
fi
beside unfit threads 2 1 "^  MPI threads +BAD +rank 0 on $(uname -n) has level \"single\"" '^MPI threads: Shoal reads files on a second thread'
beside unfit sums 2 0 '^  sum of 4 MiB +WARNING +[0-9.]+ ms, [0-9.]+ MiB/s' '^sum of 4 MiB: gradients .*OMPI_MCA_btl_tcp_if_include'
beside unfit locks 3 0 "^  file locks +WARNING +rank 2 on $(uname -n) gets a lock that rank 0 on $(uname -n) holds" \
  '^file locks: .*never let two write the same output'
beside unfit nolocks 2 0 '^  file locks +WARNING +are refused there: Shoal reads its files without' '^file locks: '

# So it does.
read_without_locks() {
  make_data rows.npy 20x3
  must 1 convert rows.npy --output rows.h5
  start "$TEST_MPIEXEC" -n 2 env UNFIT=nolocks "LD_PRELOAD=$TEST_UNFIT_CLUSTER" "$TEST_PROGRAM" inspect rows.h5
  expect_status 0
  expect_line out '20 x 3'
}
beside read_without_locks

# An input output component that hangs on a full disk.
ompio() {
  start env OMPI_MCA_io=ompio "$TEST_MPIEXEC" -n 2 "$TEST_PROGRAM" doctor --megabytes 1
  expect_status 0
  expect_line out '^  MPI-IO +WARNING +OMPIO was chosen'
}
beside ompio

finish
