# shellcheck shell=bash
# Sourced by the tests of this folder after ../program/lib.sh: hosts that are network namespaces of this machine, on a
# bridge in a namespace of its own, with no way out. Each has its own name, network and shared memory; files are shared,
# as on a cluster. Addresses 10.77.0.K exist inside only.
#   hosts_up 3; "$on_hosts" 6 shoal ...; cut_off 2; connect 2; hosts_down     (a trap calls hosts_down in any case)

hosts=()
prefix=sh$$  # short: it begins the names of network interfaces, which have at most 15 characters
hub=${prefix}hub

hosts_up() {
  local k host
  hosts_folder=$(mktemp -d /tmp/shoal-hosts-XXXXXX)
  trap hosts_down EXIT
  ip netns add "$hub"
  ip -n "$hub" link add bridge type bridge
  ip -n "$hub" link set bridge up
  echo "127.0.0.1 localhost" >"$hosts_folder/names"
  for ((k = 1; k <= $1; ++k)); do echo "10.77.0.$k ${prefix}n$k" >>"$hosts_folder/names"; done
  for ((k = 1; k <= $1; ++k)); do
    host=${prefix}n$k
    hosts+=("$host")
    ip netns add "$host"
    mkdir -p "/etc/netns/$host"
    cp "$hosts_folder/names" "/etc/netns/$host/hosts"
    ip link add "port$k" netns "$hub" type veth peer name eth0 netns "$host"
    ip -n "$hub" link set "port$k" master bridge up
    ip -n "$host" addr add "10.77.0.$k/24" dev eth0
    ip -n "$host" link set eth0 up
    ip -n "$host" link set lo up
    echo "$host slots=2" >>"$hosts_folder/hostfile"
  done
  # How mpirun starts a command on a host, in place of ssh: AGENT [options] HOST COMMAND...
  cat >"$hosts_folder/agent" <<'AGENT'
#!/usr/bin/env bash
while [[ $1 == -* ]]; do shift; done
host=$1
shift
exec ip netns exec "$host" unshare --uts bash -c 'hostname "$0" && mount -t tmpfs tmpfs /dev/shm && exec bash -c "$*"' "$host" "$@"
AGENT
  # on_hosts RANKS PROGRAM...: mpirun on the first host, over all of them; HOST_ENVIRONMENT: variables for it, "A=1 B=2".
  on_hosts=$hosts_folder/on_hosts
  cat >"$on_hosts" <<RUN
#!/usr/bin/env bash
ranks=\$1
shift
exec "$hosts_folder/agent" ${hosts[0]} env TMPDIR=$hosts_folder \${HOST_ENVIRONMENT:-} "$TEST_MPIEXEC" -n "\$ranks" --map-by node \\
  --hostfile "$hosts_folder/hostfile" --mca plm_rsh_agent "$hosts_folder/agent" --mca oob_tcp_if_include eth0 \\
  --mca btl self,vader,tcp --mca btl_tcp_if_include eth0 "\$@"
RUN
  chmod +x "$hosts_folder/agent" "$on_hosts"
}

# Ends what runs on the hosts, and only there, and removes them.
hosts_down() {
  local host pid
  for host in "${hosts[@]}"; do
    for pid in $(ip netns pids "$host" 2>/dev/null); do kill -9 "$pid" 2>/dev/null; done
    ip netns del "$host" 2>/dev/null
    rm -rf "/etc/netns/${host:?}"
  done
  ip netns del "$hub" 2>/dev/null
  hosts=()
  rm -rf "${hosts_folder:?}"
}

cut_off() { ip -n "$hub" link set "port$1" down; }
connect() { ip -n "$hub" link set "port$1" up; }
