#!/usr/bin/python3
"""Compares Shoal's k-means with scikit-learn's on this machine, side by side (development only: python3-sklearn).

    cmake --preset release && cmake --build --preset release
    tests/benchmarks/compare_kmeans.py [--quick] [--rows small,tiny,wide,fashion,batches,start] [--rounds 5]

The two take turns, several rounds long, from the same start centres on the same rows; every figure is a median, every
ratio the median of the ratios of turns that stood side by side. Shoal runs with 2 ranks and with 1, scikit-learn with 2
threads. Prints a JSON line a row, then a table in Markdown. docs/benchmarks.md says what is measured.
"""
import argparse
import gzip
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time
import warnings

CORES = sorted(os.sched_getaffinity(0))
os.environ["OMP_NUM_THREADS"] = os.environ["OPENBLAS_NUM_THREADS"] = "2"

import numpy as np  # noqa: E402  (after the number of threads is set)
from sklearn.cluster import KMeans, MiniBatchKMeans, kmeans_plusplus  # noqa: E402

from quiet_turns import quiet_turn  # noqa: E402

PROGRAM = pathlib.Path(__file__).resolve().parents[2] / "build/release/shoal_bench_kmeans"
FASHION = "/usr/share/datasets/fashion-mnist/train-images-idx3-ubyte.gz"  # Debian's dataset-fashion-mnist
ROWS = {  # n, d, k, what, the ratio wanted
    "small": (1_000_000, 32, 10, "iterations", 5.0),
    "tiny": (1_000_000, 8, 2, "iterations", 6.0),
    "wide": (200_000, 128, 1000, "convergence", 4.0),
    "fashion": (60_000, 784, 10, "convergence", 5.0),
    "batches": (1_000_000, 32, 10, "batches", 4.0),
    "start": (200_000, 128, 1000, "start", 30.0),
}


def mixture(n, d, clusters):
    """Unit-variance clouds about centres drawn from N(0, 1/4): mildly overlapping."""
    rng = np.random.default_rng(7)
    centres = (0.5 * rng.standard_normal((clusters, d))).astype(np.float32)
    return centres[rng.integers(0, clusters, n)] + rng.standard_normal((n, d), dtype=np.float32)


def rows_of(name, n, d, k):
    if name != "fashion":
        return mixture(n, d, k)
    with gzip.open(FASHION) as file:
        return np.frombuffer(file.read(), np.uint8, offset=16).reshape(-1, d)


class Shoal:
    def __init__(self, args, folder, x, start):
        self.args, self.files = args, {"--input": folder / "rows.npy", "--centers": folder / "start.npy"}
        np.save(self.files["--input"], x)
        np.save(self.files["--centers"], start)

    def run(self, ranks, *options):
        environment = dict(os.environ, OMPI_MCA_btl_vader_single_copy_mechanism="none")
        if os.geteuid() == 0:
            environment.update(OMPI_ALLOW_RUN_AS_ROOT="1", OMPI_ALLOW_RUN_AS_ROOT_CONFIRM="1")
        command = ["mpirun", "-n", ranks, "--bind-to", "core", self.args.program, "--repeats", 1]
        command += [word for pair in self.files.items() for word in pair] + list(options)
        run = subprocess.run(list(map(str, command)), env=environment, capture_output=True, text=True)
        if run.returncode != 0:
            sys.exit(f"{' '.join(run.args)}\n{run.stdout}{run.stderr}")
        return json.loads(run.stdout)


def timed(body):
    begin = time.perf_counter()
    result = body()
    return time.perf_counter() - begin, result


def sklearn_turn(what, x, start, k):
    """Seconds, and what is to be compared."""
    def fit(iterations, tolerance=0.0):
        return KMeans(k, init=start, n_init=1, max_iter=iterations, tol=tolerance, algorithm="lloyd").fit(x)
    if what == "iterations":  # the difference of two runs, in which checks, copies and the last labels cancel
        (a, few), (b, many) = timed(lambda: fit(2)), timed(lambda: fit(14))
        return {"s": (b - a) / max(1, many.n_iter_ - few.n_iter_)}
    if what == "convergence":
        seconds, model = timed(lambda: fit(300, 1e-4))
        return {"s": seconds, "n_iter": model.n_iter_, "inertia": model.inertia_}
    if what == "batches":
        batches = dict(init=start, n_init=1, batch_size=1024, random_state=5, compute_labels=False)
        seconds, _ = timed(lambda: MiniBatchKMeans(k, max_iter=1, max_no_improvement=None, **batches).fit(x))
        model = MiniBatchKMeans(k, **batches).fit(x)
        return {"s": seconds, "inertia": -model.score(x)}
    seconds, _ = timed(lambda: kmeans_plusplus(x, k, random_state=3))
    return {"s": seconds}


def shoal_turn(shoal, what, ranks, k):
    if what == "iterations":
        run = shoal.run(ranks, "--what", "fit", "--algorithm", "lloyd", "--iterations", 14)
        run["s"] = run["iteration_s"]
    elif what == "convergence":
        run = shoal.run(ranks, "--what", "fit", "--tolerance", 1e-4)
    elif what == "batches":
        run = shoal.run(ranks, "--what", "batches")
        run["s"] = run["epoch_s"]
    else:
        run = shoal.run(ranks, "--what", "start", "--k", k)
    return run


def measure(name, args):
    n, d, k, what, wanted = ROWS[name]
    x = rows_of(name, n, d, k)
    start = x[np.random.default_rng(11).choice(len(x), k, replace=False)].astype(np.float32)
    floats = x.astype(np.float32)
    ours, alone, theirs, disturbed = [], [], [], []
    with tempfile.TemporaryDirectory() as folder:
        shoal = Shoal(args, pathlib.Path(folder), x, start)
        for _ in range(args.rounds):
            for runs, turn in ((ours, lambda: shoal_turn(shoal, what, 2, k)),
                               (theirs, lambda: sklearn_turn(what, floats, start, k)),
                               (alone, lambda: shoal_turn(shoal, what, 1, k))):
                result, share = quiet_turn(turn, args.tries, args.patience)
                runs.append(result)
                disturbed.append(share)
    seconds = lambda runs: statistics.median(run["s"] for run in runs)  # noqa: E731
    result = {"bench": "compare_kmeans", "row": name, "n": n, "d": d, "k": k, "what": what,
              "s": seconds(ours), "one_rank_s": seconds(alone), "sklearn_s": seconds(theirs),
              "ratio": round(statistics.median(b["s"] / a["s"] for a, b in zip(ours, theirs)), 2), "wanted": wanted,
              "two_over_one": round(statistics.median(b["s"] / a["s"] for a, b in zip(ours, alone)), 2),
              "fma_gflops": round(statistics.median(run["fma_gflops"] for run in ours), 1),
              "memory_gb_per_s": round(statistics.median(run["memory_gb_per_s"] for run in ours), 1),
              "disturbed": round(statistics.mean(disturbed), 2)}
    if what == "iterations":
        limit = max(2e-9 * n * d * k / result["fma_gflops"], 1e-9 * x.nbytes / result["memory_gb_per_s"])
        result["percent_of_limit"] = round(100 * limit / result["s"], 1)
    if "inertia" in ours[0] and "inertia" in theirs[0]:
        result["inertia_over_sklearn"] = statistics.median(a["inertia"] / b["inertia"] for a, b in zip(ours, theirs))
    return result


def table(results):
    lines = ["| row | work | Shoal, 2 ranks, s | 1 rank, s | scikit-learn, s | ratio | wanted | disturbed |", "|---" * 8 + "|"]
    for r in results:
        lines.append(f"| {r['row']} | {r['what']}, {r['n']:,} x {r['d']}, k = {r['k']} | {r['s']:.4f} | {r['one_rank_s']:.4f} "
                     f"| {r['sklearn_s']:.4f} | {r['ratio']} | {r['wanted']} | {100 * r['disturbed']:.0f}% |")
    return "\n".join(lines)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0], epilog="rows: " + ", ".join(ROWS))
    parser.add_argument("--rows", default=",".join(ROWS), help="which, separated by commas")
    parser.add_argument("--rounds", type=int, default=5, help="turns of each")
    parser.add_argument("--tries", type=int, default=3, help="of a turn that others disturb")
    parser.add_argument("--patience", type=float, default=20, help="seconds to wait for a quiet moment, each try")
    parser.add_argument("--quick", action="store_true", help="a first look: 1 round, no waiting")
    parser.add_argument("--program", default=PROGRAM)
    args = parser.parse_args()
    if args.quick:
        args.rounds, args.tries, args.patience = 1, 1, 0
    os.sched_setaffinity(0, CORES[:2])
    warnings.simplefilter("ignore")
    results = []
    for name in args.rows.split(","):
        if name not in ROWS:
            parser.error(f"there is no row {name}; rows: {', '.join(ROWS)}")
        results.append(measure(name, args))
        print(json.dumps(results[-1]), flush=True)
    print("\n" + table(results))


if __name__ == "__main__":
    main()
