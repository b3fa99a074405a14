#!/usr/bin/python3
"""Times one network in PyTorch, when told: compare_training.py keeps several of these waiting and lets one run.

Reads lines "VARIANT SECONDS" and answers each with a JSON line; ends with its input. Variants: plain, channels_last,
trace, channels_last+trace. Environment (ATEN_CPU_CAPABILITY) and threads are fixed for the life of a process.
By hand:  echo "channels_last 2" | tests/benchmarks/torch_worker.py --network conv --batch 256
"""
import argparse
import json
import os
import sys
import time


class Trainer:
    """One variant of the network with its batches, already float32 in memory, and its optimizer."""

    def __init__(self, torch, args, variant: str, share: int):
        from torch_networks import build

        torch.manual_seed(1)
        net, shape = build(args.network)
        samples = torch.randint(0, 256, (max(args.rows // args.processes, share), *shape), dtype=torch.uint8)
        self.batches = [b for b in (samples.float() / 255).split(share) if len(b) == share]
        if "channels_last" in variant:
            net = net.to(memory_format=torch.channels_last)
            self.batches = [b.contiguous(memory_format=torch.channels_last) for b in self.batches]
        self.torch, self.what, self.at = torch, args.what, 0
        if args.what == "encode":
            net = net[0].eval()
        if "trace" in variant:
            net = torch.jit.trace(net, self.batches[0])
            if args.what == "encode":
                net = torch.jit.optimize_for_inference(torch.jit.freeze(net))
        if args.what == "train":
            self.optimizer, self.loss = torch.optim.Adam(net.parameters(), lr=1e-3), torch.nn.MSELoss()
        self.net = torch.nn.parallel.DistributedDataParallel(net) if args.processes > 1 else net
        for _ in range(4):  # tracing compiles in its first calls
            self.step()

    def step(self):
        x = self.batches[self.at % len(self.batches)]
        self.at += 1
        if self.what == "encode":
            with self.torch.no_grad():
                self.net(x)
            return
        self.optimizer.zero_grad(set_to_none=True)
        self.loss(self.net(x), x).backward()
        self.optimizer.step()


def serve(args, rank: int):
    os.sched_setaffinity(0, args.cores[rank:rank + 1] if args.processes > 1 else args.cores)
    import torch
    import torch.distributed as dist
    from torch_networks import build, flops_per_sample

    torch.set_num_threads(args.threads)
    if args.processes > 1:
        meeting = f"tcp://127.0.0.1:{args.port}"
        dist.init_process_group("gloo", init_method=meeting, rank=rank, world_size=args.processes)
    net, shape = build(args.network)
    if rank == 0:
        print(json.dumps({"parameters": sum(p.numel() for p in net.parameters()), "torch": torch.__version__,
                          "mflop_per_image": 1e-6 * flops_per_sample(net, shape, args.what)}), flush=True)
    trainers = {}
    share = args.batch // args.processes

    def agreed(value):
        """Rank 0's value, on all ranks."""
        box = [value]
        if args.processes > 1:
            dist.broadcast_object_list(box)
        return box[0]

    while True:
        line = agreed(sys.stdin.readline() if rank == 0 else None)
        if not line:
            break
        variant, seconds = line.split()
        if variant not in trainers:
            trainers[variant] = Trainer(torch, args, variant, share)
        steps, begin = 0, time.perf_counter()
        trainers[variant].step()
        one = time.perf_counter() - begin
        steps = agreed(max(1, round(float(seconds) / one)))
        begin = time.perf_counter()
        for _ in range(steps):
            trainers[variant].step()
        if args.processes > 1:
            dist.barrier()
        elapsed = time.perf_counter() - begin
        if rank == 0:
            rate = steps * share * args.processes / elapsed
            print(json.dumps({"variant": variant, "images_per_s": rate}), flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--network", default="conv")
    parser.add_argument("--what", choices=["train", "encode"], default="train")
    parser.add_argument("--batch", type=int, default=256, help="samples a step, over all processes together")
    parser.add_argument("--rows", type=int, default=4096, help="samples in memory, over all processes together")
    parser.add_argument("--threads", type=int, default=1, help="of each process")
    parser.add_argument("--processes", type=int, default=1, help="of DistributedDataParallel over gloo, a core each")
    parser.add_argument("--cores", type=lambda text: [int(c) for c in text.split(",")], default=[0])
    parser.add_argument("--port", type=int, default=29555)
    args = parser.parse_args()
    others = []
    if args.processes > 1:
        import multiprocessing
        context = multiprocessing.get_context("spawn")
        others = [context.Process(target=serve, args=(args, rank), daemon=True) for rank in range(1, args.processes)]
        for process in others:
            process.start()
    serve(args, 0)
    for process in others:
        process.join()


if __name__ == "__main__":
    main()
