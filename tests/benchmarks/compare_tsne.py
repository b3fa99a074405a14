#!/usr/bin/python3
"""t-SNE beside scikit-learn, in turns on the same cores: one JSON line a turn, and one of the medians.

    tests/benchmarks/compare_tsne.py [--rows 5000] [--features 32] [--iterations 1000] [--ranks 2] [--program build/release/shoal]
                                     [--input codes.npy] [--rounds 3] [--skip-sklearn]

Both start from the first two principal components, perplexity 30, and are told to do all iterations. Times are wall seconds
of the fits (ours: the phases neighbours, affinities and map of the sidecar, of the slowest rank) and processor seconds (ours:
of the whole command).
Needs Debian's python3-sklearn.
"""
import argparse
import json
import os
import re
import resource
import statistics
import subprocess
import tempfile
import time

import numpy as np

parser = argparse.ArgumentParser()
parser.add_argument("--rows", type=int, default=5000)
parser.add_argument("--features", type=int, default=32)
parser.add_argument("--iterations", type=int, default=1000)
parser.add_argument("--ranks", type=int, default=2)
parser.add_argument("--program", default="build/release/shoal")
parser.add_argument("--input", help="a .npy file of rows in place of ten normal clouds")
parser.add_argument("--rounds", type=int, default=3)
parser.add_argument("--skip-sklearn", action="store_true")
options = parser.parse_args()

random = np.random.default_rng(0)
if options.input:
    rows = np.load(options.input).astype(np.float32)
    rows = rows.reshape(len(rows), -1)
else:
    middles = random.normal(0, 1.5, (10, options.features))
    rows = (middles[random.integers(0, 10, options.rows)] + random.normal(0, 1, (options.rows, options.features))).astype(np.float32)


def tell(**values):
    print(json.dumps({"rows": len(rows), "features": rows.shape[1], "iterations": options.iterations, **values}), flush=True)


def processor_seconds(who):
    usage = resource.getrusage(who)
    return usage.ru_utime + usage.ru_stime


def shoal_fit(folder):
    """Seconds of the fit, processor seconds of everything, and the divergence."""
    launch = ["mpirun", "-n", str(options.ranks)] if options.ranks > 1 else []
    before = processor_seconds(resource.RUSAGE_CHILDREN)
    said = subprocess.run(launch + [options.program, "embed", folder + "/rows.npy", "--patience", str(options.iterations),
                                    "--iterations", str(options.iterations), "--output", folder + "/map.h5"],
                          check=True, capture_output=True, text=True).stdout
    with open(folder + "/map.h5.json") as file:
        phases = json.load(file)["phases"]
    seconds = sum(phases[name]["max_seconds"] for name in ("neighbours", "affinities", "map"))
    return (seconds, processor_seconds(resource.RUSAGE_CHILDREN) - before,
            float(re.search(r"t-SNE: KL divergence ([0-9.]+) nats", said)[1]))


def sklearn_fit():
    before, begin = processor_seconds(resource.RUSAGE_SELF), time.perf_counter()
    fit = TSNE(init="pca", learning_rate="auto", n_iter=options.iterations, n_iter_without_progress=options.iterations,
               n_jobs=options.ranks).fit(rows)
    return time.perf_counter() - begin, processor_seconds(resource.RUSAGE_SELF) - before, float(fit.kl_divergence_)


fits = {"shoal": []}
with tempfile.TemporaryDirectory() as folder:
    np.save(folder + "/rows.npy", rows)
    contestants = {"shoal": lambda: shoal_fit(folder)}
    if not options.skip_sklearn:
        os.environ["OMP_NUM_THREADS"] = str(options.ranks)
        from sklearn.manifold import TSNE

        contestants["scikit-learn"] = sklearn_fit
        fits["scikit-learn"] = []
    for _ in range(options.rounds):
        for name, fit in contestants.items():
            fits[name].append(fit())
            seconds, processor, divergence = fits[name][-1]
            tell(program=name, cores=options.ranks, seconds=round(seconds, 2), processor_seconds=round(processor, 2),
                 divergence=round(divergence, 4))
if not options.skip_sklearn:
    medians = {name: statistics.median(seconds for seconds, _, _ in turns) for name, turns in fits.items()}
    tell(shoal=round(medians["shoal"], 2), sklearn=round(medians["scikit-learn"], 2),
         ratio=round(medians["scikit-learn"] / medians["shoal"], 2))
