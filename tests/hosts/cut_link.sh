#!/usr/bin/env bash
# A network that breaks in the midst of training. For two seconds: the job goes on, with the same bits. For good: it ends
# within the time that the keepalive settings give (here 5 + 3 x 1 s), says why, and leaves no process and no file.
. "$(dirname "$0")/../program/lib.sh"
. "$(dirname "$0")/hosts.sh"

make_data images.npy 75x12x12
network=(train images.npy --code 4 --batch-size 64)
hosts_up 3
export HOST_ENVIRONMENT="OMPI_MCA_oob_tcp_keepalive_time=5 OMPI_MCA_oob_tcp_keepalive_intvl=1 OMPI_MCA_oob_tcp_keepalive_probes=3"

# train OUTPUT EPOCHS: in the background; returns when it trains.
train() {
  : >"$out"
  "$on_hosts" 3 "$TEST_PROGRAM" "${network[@]}" --epochs "$2" --output "$1" >"$out" 2>"$err" &
  training=$!
  local end=$((SECONDS + 60))
  until grep -q 'train: epoch' "$out"; do
    [ $SECONDS -lt $end ] && kill -0 $training 2>/dev/null || { complain "the training on three hosts does not begin: $(cat "$err")"; finish; }
    sleep 0.1
  done
}

must 1 "${network[@]}" --epochs 1500 --output alone.h5
train short.h5 1500
cut_off 2
sleep 2  # what is tested is this time
connect 2
wait $training
status=$?
expect_status 0
sha256sum alone.h5 short.h5 >hashes
expect_same_hashes hashes "what was trained alone and through a cut of 2 s" 2

train lost.h5 1000000
cut_off 2
command="training on three hosts, one of them cut off"
begin=$SECONDS
timeout 60 tail --pid=$training -f /dev/null
status=$?
seconds=$((SECONDS - begin))
[ $status -eq 0 ] || complain "it still runs after 60 s"
[ $seconds -le 20 ] || complain "it took $seconds s instead of at most 20"
wait $training
status=$?
echo "a network cut for good: status $status after $seconds s"
[ $status -ne 0 ] || complain "status 0"
# These are mpirun's words: what it says depends on how far it is with its own bookkeeping when it finds the host gone.
expect_line err 'lost (connection|communication)|ORTE (has lost|was unable)|unable to reach|connection to'
quiet() { [ -z "$(for host in "${hosts[@]}"; do ip netns pids "$host"; done)" ]; }
end=$((SECONDS + 20))
until quiet; do
  [ $SECONDS -lt $end ] || { complain "processes are left: $(for host in "${hosts[@]}"; do ip netns pids "$host" | xargs -r ps -o pid,args -p; done)"; break; }
  sleep 0.2
done
[ ! -e lost.h5 ] || complain "there is an output"

hosts_down
finish
