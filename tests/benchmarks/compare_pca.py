#!/usr/bin/python3
"""Compares Shoal's PCA with numpy's and scikit-learn's on this machine, side by side (development only: python3-sklearn).

    cmake --preset release && cmake --build --preset release
    tests/benchmarks/compare_pca.py [--quick] [--rows small,fashion-bytes] [--seconds 3] [--rounds 5]

All get the same rows in memory and take turns; every figure is a median over rounds. Two ranks against two threads.
The errors are those of the variances, against numpy in double precision with exactly centred rows. Prints a JSON line a
row, then a table in Markdown. docs/benchmarks.md says what is measured.
"""
import argparse
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

import numpy as np
from quiet_turns import quiet_turn

PROGRAM = pathlib.Path(__file__).resolve().parents[2] / "build/release/shoal_bench_pca"
RANKS = 2
ROWS = {  # n, d, kind, components, offset, peers that are tried
    "thin": (1_000_000, 32, "float32", 32, 0, ("float32", "float64", "full")),
    "thin-offset": (1_000_000, 32, "float32", 32, 1000, ("float32", "float64")),
    "images": (60_000, 784, "float32", 32, 0, ("float32", "float64", "full", "randomized")),
    "images-bytes": (60_000, 784, "uint8", 32, 0, ("float32", "float64", "full", "randomized")),
    "wide": (50_000, 3072, "float32", 32, 0, ("float32", "float64", "randomized")),
    "wide-bytes": (50_000, 3072, "uint8", 32, 0, ("float32", "float64", "randomized")),
}


def make_rows(n: int, d: int, kind: str, offset: float) -> np.ndarray:
    """Rows whose spectrum falls as that of images: 64 directions of falling size, and noise."""
    random = np.random.default_rng(1)
    k = min(64, d)
    directions = (random.standard_normal((k, d)) * (0.9 ** np.arange(k))[:, None]).astype(np.float32)
    rows = random.standard_normal((n, k), dtype=np.float32) @ directions
    rows += 0.3 * random.standard_normal((n, d), dtype=np.float32)
    if kind == "uint8":
        rows *= 25
        rows += 90
        return np.clip(rows, 0, 255, out=rows).astype(np.uint8)
    return rows + np.float32(offset * rows.std())


def by_covariance(x: np.ndarray, dtype) -> np.ndarray:
    """All variances by X^T X and eigh, as one would write it by hand."""
    x = x.astype(dtype, copy=False)
    mean = x.mean(axis=0)
    covariance = (x.T @ x - len(x) * np.outer(mean, mean)) / (len(x) - 1)
    return np.linalg.eigh(covariance)[0][::-1]


def by_sklearn(x: np.ndarray, solver: str, components: int) -> np.ndarray:
    from sklearn.decomposition import PCA
    return PCA(components, svd_solver=solver, random_state=0).fit(x).explained_variance_


def exact_variances(x: np.ndarray, components: int) -> np.ndarray:
    centred = x.astype(np.float64)
    centred -= centred.mean(axis=0)
    return np.linalg.eigvalsh(centred.T @ centred / (len(x) - 1))[::-1][:components]


def shoal(path: str, components: int, args) -> dict:
    command = ["mpirun", "-n", str(args.ranks), "--bind-to", "core", str(args.program), "--input", path,
               "--components", str(components), "--seconds", str(args.seconds)]
    run = subprocess.run(command, capture_output=True, text=True)
    lines = [line for line in run.stdout.splitlines() if line.startswith("{")]
    if run.returncode or not lines:
        sys.exit(f"{' '.join(command)} failed:\n{run.stdout}{run.stderr}")
    return json.loads(lines[-1])


def timed(body) -> tuple:
    begin = time.perf_counter()
    result = body()
    return time.perf_counter() - begin, result


def largest_error(values, exact) -> float:
    return float(np.max(np.abs(np.asarray(values)[:len(exact)] / exact - 1)))


def measure(name: str, args) -> dict:
    n, d, kind, components, offset, peers = ROWS[name]
    rows = make_rows(n, d, kind, offset)
    floats = rows.astype(np.float32, copy=False)  # numpy and scikit-learn are given floats: the conversion is not timed
    bodies = {"float32": lambda: by_covariance(floats, np.float32), "float64": lambda: by_covariance(floats, np.float64),
              "full": lambda: by_sklearn(floats, "full", components),
              "randomized": lambda: by_sklearn(floats, "randomized", components)}
    exact = exact_variances(rows, components)
    ours, disturbed, theirs, errors = [], [], {peer: [] for peer in peers}, {}
    with tempfile.NamedTemporaryFile(suffix=".npy") as file:
        np.save(file.name, rows)
        for _ in range(args.rounds):
            result, share = quiet_turn(lambda: shoal(file.name, components, args), args.tries, args.patience)
            ours.append(result)
            disturbed.append(share)
            for peer in peers:
                (seconds, variances), _ = quiet_turn(lambda: timed(bodies[peer]), args.tries, args.patience)
                theirs[peer].append(seconds)
                errors[peer] = largest_error(variances, exact)
    median = statistics.median
    fit = median(run["fit_s"] for run in ours)
    result = {"bench": "compare_pca", "row": name, "rows": n, "features": d, "type": kind, "components": components,
              "ranks": args.ranks, "threads": args.ranks, "fit_s": fit,
              "covariance_s": median(run["covariance_s"] for run in ours), "how": ours[0]["how"],
              "relative_error": largest_error(ours[0]["explained_variance"], exact),
              "percent_of_gemm": median(run["percent_of_gemm"] for run in ours),
              "gbytes_per_s": median(run["gbytes_per_s"] for run in ours),
              "read_gbytes_per_s": median(run["read_gbytes_per_s"] for run in ours),
              "disturbed": round(statistics.mean(disturbed), 2)}
    for peer in peers:
        result[peer] = {"s": round(median(theirs[peer]), 4), "ratio": round(median(theirs[peer]) / fit, 2),
                        "ratios": [round(t / run["fit_s"], 2) for t, run in zip(theirs[peer], ours)],
                        "relative_error": errors[peer]}
    return result


def table(results: list) -> str:
    lines = ["| rows | Shoal, s | its error | of GEMM | of reading | numpy float32 | float64 | scikit-learn full | randomized |",
             "|---" * 9 + "|"]
    for r in results:
        peers = [f"{r[p]['s']} s, {r[p]['ratio']}x, error {r[p]['relative_error']:.0e}" if p in r else ""
                 for p in ("float32", "float64", "full", "randomized")]
        lines.append(f"| {r['rows']:,} x {r['features']:,} {r['type']} ({r['row']}) | {r['fit_s']} | "
                     f"{r['relative_error']:.0e} | {r['percent_of_gemm']:.0f}% | "
                     f"{100 * r['gbytes_per_s'] / r['read_gbytes_per_s']:.0f}% | " + " | ".join(peers) + " |")
    return "\n".join(lines)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0], epilog="rows: " + ", ".join(ROWS))
    parser.add_argument("--rows", default=",".join(ROWS), help="which, separated by commas")
    parser.add_argument("--seconds", type=float, default=2.0, help="of each of our turns")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--ranks", type=int, default=RANKS, help="of ours, and threads of the others")
    parser.add_argument("--tries", type=int, default=3, help="of a turn that others disturb")
    parser.add_argument("--patience", type=float, default=20, help="seconds to wait for a quiet moment, each try")
    parser.add_argument("--quick", action="store_true", help="a first look: 2 rounds, no waiting")
    parser.add_argument("--program", default=PROGRAM)
    args = parser.parse_args()
    if args.quick:
        args.seconds, args.rounds, args.tries, args.patience = 0.5, 2, 1, 0
    if os.environ.get("OPENBLAS_NUM_THREADS") != str(args.ranks):  # read when numpy is loaded: start once more
        os.environ["OPENBLAS_NUM_THREADS"] = os.environ["OMP_NUM_THREADS"] = str(args.ranks)
        os.execv(sys.executable, [sys.executable, *sys.argv])
    results = []
    for name in args.rows.split(","):
        if name not in ROWS:
            parser.error(f"there is no row {name}; rows: {', '.join(ROWS)}")
        results.append(measure(name, args))
        print(json.dumps(results[-1]), flush=True)
    print("\n" + table(results))


if __name__ == "__main__":
    main()
