#!/usr/bin/env bash
# Three hosts that know each other by TCP alone: the bits of one host, and a doctor that sees three machines.
. "$(dirname "$0")/../program/lib.sh"
. "$(dirname "$0")/hosts.sh"

make_data images.npy 75x12x12
make_data labels.npy 75 type=int64 values=labels
options=(pipeline images.npy --labels labels.npy --code 4 --epochs 2 --batch-size 64 --components 2 --k 3)
must 2 "${options[@]}" --output one.h5
hosts_up 3

start "$on_hosts" 6 "$TEST_PROGRAM" "${options[@]}" --output three.h5
expect_status 0
sha256sum one.h5 three.h5 >hashes
expect_same_hashes hashes "what one host and three hosts wrote" 2
for host in "${hosts[@]}"; do grep -q "\"$host\"" three.h5.json || complain "the sidecar does not name the host $host"; done

start "$on_hosts" 3 "$TEST_PROGRAM" doctor --megabytes 1
expect_status 0
expect_line out '^  one world +good +3 ranks on 3 machines' '^  network loss +WARNING' '^network loss: export OMPI_MCA_oob_tcp_keepalive_time='

export HOST_ENVIRONMENT=OMPI_MCA_oob_tcp_keepalive_time=5
start "$on_hosts" 3 "$TEST_PROGRAM" doctor --megabytes 1
expect_line out '^  network loss +good'

# Directories that each host has for itself are told from shared ones.
start "$on_hosts" 3 "$TEST_PROGRAM" doctor /dev/shm
expect_status 4
expect_line out "^  directory +BAD +rank 1 on ${hosts[1]} does not see in '/dev/shm' what rank 0 has written there"

hosts_down
finish
