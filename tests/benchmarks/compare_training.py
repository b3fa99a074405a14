#!/usr/bin/python3
"""Compares Shoal's training speed with PyTorch's on this machine, side by side (development only: python3-torch).

    cmake --preset release && cmake --build --preset release
    tests/benchmarks/compare_training.py [--quick] [--rows conv-256,deep-256] [--seconds 1] [--rounds 5]

The two take turns of about a second, several rounds long, because shared machines change their speed all the time;
every figure is a median. PyTorch is first tried in all its settings, and the best of them go on (--keep); the table
compares with the best of those. Prints a JSON line a row, then a table in Markdown. docs/benchmarks.md says what is
measured.
"""
import argparse
import json
import pathlib
import statistics
import sys

from contestants import CORES, Peer, shoal
from quiet_turns import quiet_turn
from training_rows import ROWS, Row

PROGRAM = pathlib.Path(__file__).resolve().parents[2] / "build/release/shoal_bench_train"


def require_equal_work(ours: dict, theirs: dict):
    flops_differ = abs(ours["mflop_per_image"] - theirs["mflop_per_image"]) > 1e-6  # ours are printed to 1 FLOP
    if flops_differ or ours["parameters"] != theirs["parameters"]:
        sys.exit(f"the networks differ: {ours} and PyTorch's {theirs}")


def measure(row: Row, args) -> dict:
    """All turns of one row, and what they come to."""
    variants = ["plain", "trace"] + (["channels_last", "channels_last+trace"] if row.network != "dense" else [])
    ways = [(1, 1)] if row.ranks == 1 else [(row.ranks, 1), (1, row.ranks)]  # threads, processes
    peers = [Peer(row, *way, capability) for way in ways for capability in ("", "avx512")]
    settings = {f"{peer.name}, {variant}": (peer, variant) for peer in peers for variant in variants}
    disturbed = {"disturbed": [], "torch_disturbed": []}

    def turn(contestant, *parameters):
        result, share = quiet_turn(lambda: contestant(*parameters), args.tries, args.patience)
        disturbed["disturbed" if contestant is shoal else "torch_disturbed"].append(share)
        return result

    scouted = {name: max(turn(peer.measure, variant, args.seconds / 2) for _ in range(2))
               for name, (peer, variant) in settings.items()}
    kept = sorted(scouted, key=scouted.get, reverse=True)[:args.keep]
    turns, ours, alone = {name: [] for name in kept}, [], []
    for _ in range(args.rounds):
        ours.append(turn(shoal, row, row.ranks, args.program, args.seconds))
        require_equal_work(ours[-1], peers[0].work)
        if row.beside_one_rank:
            alone.append(turn(shoal, row, 1, args.program, args.seconds)["images_per_s"])
        for name in kept:
            peer, variant = settings[name]
            turns[name].append(turn(peer.measure, variant, args.seconds))
    for peer in peers:
        peer.end()
    result = summary(row, ours, alone, turns, peers[0].work)
    result.update({name: round(statistics.mean(shares), 2) for name, shares in disturbed.items()})
    result["torch_scouted"] = {name: round(value) for name, value in scouted.items()}
    return result


def summary(row: Row, ours: list, alone: list, turns: dict, work: dict) -> dict:
    median = statistics.median
    rates = [run["images_per_s"] for run in ours]
    best = max(turns, key=lambda name: median(turns[name]))
    theirs = median(turns[best])
    peak = median(run["peak_gflops"] for run in ours)
    ratios = [mine / other for mine, other in zip(rates, turns[best])]
    result = {
        "bench": "compare", "row": row.name, "title": row.title, "what": row.what,
        "batch": row.batch, "ranks": row.ranks,
        "parameters": work["parameters"], "mflop_per_image": round(work["mflop_per_image"], 5), "equal_work": True,
        "images_per_s": round(median(rates)), "min": round(min(rates)), "max": round(max(rates)),
        "peak_gflops": round(peak, 1), "percent_of_peak": round(median(run["percent_of_peak"] for run in ours), 1),
        "torch_images_per_s": round(theirs), "torch_min": round(min(turns[best])), "torch_max": round(max(turns[best])),
        "torch_percent_of_peak": round(100 * theirs * work["mflop_per_image"] * 1e-3 / (row.ranks * peak), 1),
        "torch_setting": best, "torch": work["torch"],
        "ratio": round(median(rates) / theirs, 2),
        "ratio_min": round(min(ratios), 2), "ratio_max": round(max(ratios), 2),
        "torch_medians": {name: round(median(values)) for name, values in turns.items()}}
    if alone:
        result["speedup_over_one_rank"] = round(median(two / one for two, one in zip(rates, alone)), 2)
    return result


def table(results: list) -> str:
    heads = ["work", "cores", "Shoal, images/s", "of peak", "PyTorch, images/s", "of peak", "its best setting", "ratio",
             "least-most", "disturbed"]
    lines = ["| " + " | ".join(heads) + " |", "|---" * len(heads) + "|"]
    for r in results:
        speedup = f" ({r['speedup_over_one_rank']} x one rank)" if "speedup_over_one_rank" in r else ""
        lines.append(
            f"| {r['title']} | {r['ranks']} | {r['images_per_s']:,}{speedup} | {r['percent_of_peak']}% | "
            f"{r['torch_images_per_s']:,} | {r['torch_percent_of_peak']}% | {r['torch_setting']} | {r['ratio']} | "
            f"{r['ratio_min']}-{r['ratio_max']} | {100 * r['disturbed']:.0f}% |")
    return "\n".join(lines)


def main():
    names = [row.name for row in ROWS]
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0], epilog="rows: " + ", ".join(names))
    parser.add_argument("--rows", default=",".join(names), help="which, separated by commas")
    parser.add_argument("--seconds", type=float, default=1.0, help="of each turn")
    parser.add_argument("--rounds", type=int, default=5, help="turns of each")
    parser.add_argument("--keep", type=int, default=3, help="PyTorch's settings that go on after all were tried")
    parser.add_argument("--tries", type=int, default=3, help="of a turn that others disturb")
    parser.add_argument("--patience", type=float, default=20, help="seconds to wait for a quiet moment, each try")
    parser.add_argument("--quick", action="store_true", help="a first look: short turns, 2 rounds, no waiting")
    parser.add_argument("--program", default=PROGRAM)
    args = parser.parse_args()
    if args.quick:
        args.seconds, args.rounds, args.keep, args.tries, args.patience = 0.3, 2, 1, 1, 0
    wanted = args.rows.split(",")
    for name in wanted:
        if name not in names:
            parser.error(f"there is no row {name}; rows: {', '.join(names)}")
    results = []
    for row in ROWS:
        if row.name not in wanted:
            continue
        if row.ranks > len(CORES):
            print(f"{row.name} needs {row.ranks} cores", file=sys.stderr)
            continue
        results.append(measure(row, args))
        print(json.dumps(results[-1]), flush=True)
    print("\n" + table(results))


if __name__ == "__main__":
    main()
