#!/usr/bin/env bash
# How well the network model of `shoal scaling` foretells sums over more ranks than it was fitted to, on simulated fat trees
# of up to 1024 machines (SimGrid SMPI; Debian: apt-get install simgrid libsimgrid-dev). Not part of ctest: minutes.
#   tests/benchmarks/simulated_network.sh [FOLDER]
set -euo pipefail
source=$(cd "$(dirname "$0")/../.." && pwd)
folder=${1:-$source/build/simulated_network}
mkdir -p "$folder"
cd "$folder"

smpicxx -std=c++20 -O2 -DNDEBUG -I"$source/include" -I/usr/include/eigen3 -Wno-psabi -o simulated_network \
  "$source"/tests/benchmarks/simulated_network.cpp "$source"/src/parallel/communicator.cpp "$source"/src/math/scaling_model.cpp

# platform NAME MACHINES PARAMETERS: 100 Gbit/s and 1 us a link, one core a machine.
platform() {
  cat >"$1.xml" <<XML
<?xml version='1.0'?>
<!DOCTYPE platform SYSTEM "https://simgrid.org/simgrid.dtd">
<platform version="4.1"><zone id="world" routing="Full">
<cluster id="cluster" prefix="node-" radical="0-$(($2 - 1))" suffix="" speed="10Gf" bw="12.5GBps" lat="1us" loopback_bw="20GBps"
  loopback_lat="200ns" topology="FAT_TREE" topo_parameters="$3" sharing_policy="SPLITDUPLEX"/>
</zone></platform>
XML
  seq 0 $(($2 - 1)) | sed 's/^/node-/' >"$1.hosts"
}
platform tree16 16 "2;4,4;1,4;1,1"
platform tree1024 1024 "2;32,32;1,32;1,1"

simulate() {
  local tree=$1 ranks=$2
  shift 2
  smpirun -np "$ranks" -platform "$tree.xml" -hostfile "$tree.hosts" --cfg=smpi/host-speed:10Gf \
    --cfg=smpi/coll-selector:ompi --cfg=smpi/simulate-computation:no --cfg=smpi/privatization:dlopen --log=root.thres:error ./simulated_network "$@"
}
for ranks in 2 4 8 16 64 256 1024; do simulate tree1024 $ranks sums; done | tee points
simulate tree16 1 fit points 16
