"""The two that compare_training.py lets run in turn: Shoal's program, and PyTorch in processes that wait."""
import json
import os
import pathlib
import socket
import subprocess
import sys

from training_rows import Row

HERE = pathlib.Path(__file__).resolve().parent
CORES = sorted(os.sched_getaffinity(0))


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Peer:
    """PyTorch in a process (or two) of its own that waits until it is told to measure a variant."""

    def __init__(self, row: Row, threads: int, processes: int, capability: str):
        self.name = (f"{processes} processes" if processes > 1 else f"{threads} thread" + "s" * (threads > 1)) + (
            ", avx512" if capability else "")
        environment = dict(os.environ, OMP_NUM_THREADS=str(threads), OPENBLAS_NUM_THREADS=str(threads))
        environment.pop("ATEN_CPU_CAPABILITY", None)
        if capability:
            environment["ATEN_CPU_CAPABILITY"] = capability
        cores = ",".join(map(str, CORES[:max(threads, processes)]))
        command = [sys.executable, HERE / "torch_worker.py", "--network", row.network, "--what", row.what,
                   "--batch", row.batch, "--threads", threads, "--processes", processes, "--cores", cores,
                   "--port", free_port()]
        self.process = subprocess.Popen(list(map(str, command)), env=environment, text=True,
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.work = self.answer()

    def answer(self) -> dict:
        line = self.process.stdout.readline()
        if not line:
            sys.exit("PyTorch ended; its last words are above")
        return json.loads(line)

    def measure(self, variant: str, seconds: float) -> float:
        self.process.stdin.write(f"{variant} {seconds}\n")
        self.process.stdin.flush()
        return self.answer()["images_per_s"]

    def end(self):
        self.process.stdin.close()
        self.process.wait()


def shoal(row: Row, ranks: int, program, seconds: float) -> dict:
    """One run of ours, each rank on a core of its own."""
    environment = dict(os.environ, OMPI_MCA_btl_vader_single_copy_mechanism="none")
    if os.geteuid() == 0:
        environment.update(OMPI_ALLOW_RUN_AS_ROOT="1", OMPI_ALLOW_RUN_AS_ROOT_CONFIRM="1")
    command = ["mpirun", "-n", ranks, "--bind-to", "core", program, "--what", row.what, "--batch-size", row.batch,
               "--seconds", seconds, "--windows", 3, *row.options]
    run = subprocess.run(list(map(str, command)), env=environment, capture_output=True, text=True)
    if run.returncode != 0:
        sys.exit(f"{' '.join(run.args)}\n{run.stdout}{run.stderr}")
    return json.loads(run.stdout)
