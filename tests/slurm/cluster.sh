# shellcheck shell=bash
# Sourced by the tests of this folder after ../program/lib.sh: a Slurm of our own on this machine, with munge, one
# controller and two nodes of two cores each, without systemd, databases and cgroups.
#   cluster_up; sbatch ...; cluster_down     (a trap calls cluster_down in any case)

# Short, because a socket's path may have 107 characters at most.
slurm_folder=
slurm_nodes=2

cluster_up() {
  slurm_folder=$(mktemp -d /tmp/shoal-slurm-XXXXXX)
  trap cluster_down EXIT
  chmod 755 "$slurm_folder"
  mkdir -p "$slurm_folder"/{munge,state,spool/n1,spool/n2,tmp/n1,tmp/n2}
  chmod 711 "$slurm_folder/munge"
  export SLURM_CONF=$slurm_folder/slurm.conf
  slurm_configuration >"$SLURM_CONF"
  : >"$slurm_folder/cgroup.conf"
  (umask 077; head -c 128 /dev/urandom >"$slurm_folder/munge/key")
  munged --key-file="$slurm_folder/munge/key" --socket="$slurm_folder/munge/socket" --pid-file="$slurm_folder/munged.pid" \
    --log-file="$slurm_folder/munge/log" --seed-file="$slurm_folder/munge/seed" --force >"$slurm_folder/munged.err" 2>&1
  slurmctld -c -f "$SLURM_CONF"
  for ((node = 1; node <= slurm_nodes; ++node)); do slurmd -N n$node -f "$SLURM_CONF"; done
  # Several nodes on one machine: MPI must not take ranks for neighbours in memory, and mpirun must not leave it.
  export OMPI_MCA_btl=self,tcp OMPI_MCA_btl_tcp_if_include=lo OMPI_MCA_oob_tcp_if_include=lo
  wait_for 150 "the nodes to be idle" nodes_are_idle
}

nodes_are_idle() { [ "$(sinfo -h -N -t idle -o %N 2>/dev/null | sort -u | wc -l)" -eq $slurm_nodes ]; }

slurm_configuration() {
  local host port user
  host=$(hostname -s) user=$(id -un)
  port=$((10000 + $$ % 5000 * 4))
  cat <<CONF
ClusterName=shoal
SlurmctldHost=$host(127.0.0.1)
SlurmctldPort=$port
AuthType=auth/munge
AuthInfo=socket=$slurm_folder/munge/socket,cred_expire=5
CredType=cred/munge
SlurmUser=$user
SlurmdUser=$user
StateSaveLocation=$slurm_folder/state
SlurmctldPidFile=$slurm_folder/slurmctld.pid
SlurmdPidFile=$slurm_folder/slurmd.%n.pid
SlurmdSpoolDir=$slurm_folder/spool/%n
SlurmctldLogFile=$slurm_folder/slurmctld.log
SlurmdLogFile=$slurm_folder/slurmd.%n.log
TmpFS=$slurm_folder/tmp/%n
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
JobCompType=jobcomp/none
MpiDefault=pmix
SchedulerParameters=sched_interval=1,bf_interval=1,batch_sched_delay=0
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
SlurmdParameters=config_overrides
ReturnToService=2
MinJobAge=3600
KillWait=5
NodeName=n1 NodeHostname=$host NodeAddr=127.0.0.1 Port=$((port + 1)) CPUs=2 CoresPerSocket=2 RealMemory=1000 State=UNKNOWN
NodeName=n2 NodeHostname=$host NodeAddr=127.0.0.1 Port=$((port + 2)) CPUs=2 CoresPerSocket=2 RealMemory=1000 State=UNKNOWN
PreemptType=preempt/partition_prio
PreemptMode=REQUEUE
PartitionName=main Nodes=ALL Default=YES MaxTime=INFINITE State=UP PriorityTier=1 GraceTime=30
PartitionName=urgent Nodes=ALL MaxTime=INFINITE State=UP PriorityTier=2 PreemptMode=OFF
CONF
}

# Ends what cluster_up started, by the numbers that the daemons wrote down.
cluster_down() {
  [ -n "$slurm_folder" ] || return
  scancel -u "$(id -un)" 2>/dev/null
  wait_for 150 "the jobs to be gone" no_jobs
  local pids
  pids=$(cat "$slurm_folder"/slurmd.*.pid "$slurm_folder/slurmctld.pid" "$slurm_folder/munged.pid" 2>/dev/null)
  # shellcheck disable=SC2086
  kill $pids 2>/dev/null
  # shellcheck disable=SC2086
  wait_for 150 "the daemons to end" none_alive $pids || kill -9 $pids 2>/dev/null
  if [ $wrong -gt 0 ]; then
    echo "--- the end of slurmctld's log:"
    tail -n 30 "$slurm_folder/slurmctld.log"
  fi
  rm -rf "$slurm_folder"
  slurm_folder=
}

no_jobs() { [ -z "$(squeue -h 2>/dev/null)" ]; }
none_alive() {
  local pid
  for pid; do ! kill -0 "$pid" 2>/dev/null || return 1; done
}

# wait_for SECONDS WHAT COMMAND...: until the command succeeds.
wait_for() {
  local end=$((SECONDS + $1)) what=$2
  shift 2
  until "$@"; do
    if [ $SECONDS -ge $end ]; then
      complain "waited in vain for $what"
      return 1
    fi
    sleep 0.1
  done
}

# submit ARGUMENTS...: sbatch, whose number goes to $job.
submit() {
  start sbatch --parsable "$@"
  [ $status -eq 0 ] || { complain "sbatch ended with status $status"; finish; }
  job=$(tail -n 1 "$out")
}

state_of() { scontrol -o show job "$1" 2>/dev/null | grep -o 'JobState=[A-Z_]*' | cut -d = -f 2 | sort -u | paste -sd ,; }
status_of() { scontrol -o show job "$1" | grep -o 'ExitCode=[0-9]*:[0-9]*' | sed 's/.*=//' | sort -u | paste -sd ,; }
restarts_of() { scontrol -o show job "$1" | grep -o 'Restarts=[0-9]*' | cut -d = -f 2; }
is_over() { case $(state_of "$1") in *PENDING* | *RUNNING* | *COMPLETING* | *CONFIGURING* | *REQUEUE* | "") return 1 ;; esac; }

# expect_end JOB STATE SECONDS: the job ends so, and its logs are never silent for this long. (How long it takes in all is
# the machine's affair: on a busy one, a job that gets on may need ten times its usual time.)
expect_end() {
  local end=$((SECONDS + $3)) written=
  until is_over "$1"; do
    if [ "$written" != "$(cat ./*"$1"*.log 2>/dev/null | wc -c)" ]; then
      written=$(cat ./*"$1"*.log 2>/dev/null | wc -c)
      end=$((SECONDS + $3))
    fi
    if [ $SECONDS -ge $end ]; then
      complain "job $1 stood still for $3 s"
      break
    fi
    sleep 0.1
  done
  [ "$(state_of "$1")" = "$2" ] || complain "job $1 is $(state_of "$1") ($(status_of "$1")) instead of $2: $(cat ./*"$1"*.log 2>/dev/null | tail -n 30)"
}
