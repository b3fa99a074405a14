#!/usr/bin/python3
"""Writes training_reference.hpp: what PyTorch says about losses, update rules, clipping and learning rates.

    /usr/bin/python3 tests/reference/make_training_reference.py > tests/reference/training_reference.hpp

Made with Debian 12's python3-torch (1.13), all in float64. Only this script needs it; the tests include the header. Numbers
come from a formula that the tests repeat exactly: hashed integers of 16 bits (torch_formula.hpp).
"""
import warnings

import numpy as np
import torch
from torch import nn
from torch.optim import lr_scheduler

warnings.filterwarnings("ignore")  # schedulers that are stepped without their optimizer
torch.set_default_dtype(torch.float64)


def hashed(stream, count):
    """Murmur3's finalizer of 2^24 stream + i, its upper 16 bits as a fraction: [0, 1)."""
    mask = np.uint64(0xFFFFFFFF)
    h = np.arange(count, dtype=np.uint64) + np.uint64(stream << 24)
    for shift, factor in ((16, 0x85EBCA6B), (13, 0xC2B2AE35)):
        h = ((h ^ (h >> np.uint64(shift))) * np.uint64(factor)) & mask
    return torch.from_numpy(((h ^ (h >> np.uint64(16))) >> np.uint64(16)).astype(np.float64) / 65536)


def numbers(values):
    return "{" + ", ".join(f"{float(v):.9g}" for v in values) + "}"


def loss_case(name, module):
    """Three samples of 35 elements, among them outputs and targets of exactly 0 and 1, and an output that is right."""
    y, t = hashed(1, 105), hashed(2, 105)
    y[:7] = torch.tensor([0, 0, 1, 1, 0.5, 0, 1])
    t[:7] = torch.tensor([0, 1, 0, 1, 0.5, 0.5, 0.5])
    y, t = y.reshape(3, 35).requires_grad_(), t.reshape(3, 35)
    each = type(module)(**({"delta": module.delta} if name == "huber" else {}), reduction="none")(y, t).mean(1)
    loss = module(y, t)
    assert abs(loss - each.mean()) < 1e-12 * loss
    loss.backward()
    # Shoal's gradient is that of a sample; the mean over the batch is taken where batches are added up.
    return f'    {{"{name}", {numbers(each)}, {numbers((3 * y.grad).reshape(-1))}}}'


def optimizer_case(name, make, clip=0):
    """Ten steps of 21 parameters with gradients that depend on where they are."""
    p = nn.Parameter(2 * hashed(3, 21) - 1)
    optimizer, norms = make([p]), []
    for step in range(10):
        p.grad = 2 * hashed(10 + step, 21) - 1 + p.detach()
        if clip:
            norms.append(nn.utils.clip_grad_norm_([p], clip))
        optimizer.step()
    return f'    {{"{name}", {numbers(p.detach())}, {numbers(norms)}}}'


def rates(make, count):
    """The learning rate of each of `count` steps, from 1e-2; `make` returns a scheduler, or one and what each step hears."""
    optimizer = torch.optim.SGD([nn.Parameter(torch.zeros(1))], lr=1e-2)
    made = make(optimizer)
    scheduler, heard = made if isinstance(made, tuple) else (made, None)
    result = []
    for step in range(count):
        result.append(optimizer.param_groups[0]["lr"])
        scheduler.step(*([] if heard is None else [heard[step]]))
    return result


def warmed(optimizer, steps, scheduler):
    linear = lr_scheduler.LinearLR(optimizer, start_factor=1 / steps, total_iters=steps - 1)
    return lr_scheduler.SequentialLR(optimizer, [linear, scheduler], milestones=[steps])


# Falls, rests, falls by less than counts, falls, rises, rests.
held_out = [1, 0.8, 0.81, 0.8, 0.85, 0.5, 0.4999, 0.4998, 0.4997, 0.49, 0.6, 0.6, 0.6, 0.6, 0.6, 0.6, 0.6, 0.6, 0.3, 0.4]

print(f"""// Made by make_training_reference.py with PyTorch {torch.__version__} in float64. Do not edit.
#pragma once
#include <vector>

namespace shoal::reference {{

struct LossCase {{
  const char* name;
  std::vector<double> losses;    // of each sample
  std::vector<double> gradient;  // of its sample's loss, by output
}};

struct OptimizerCase {{
  const char* name;
  std::vector<double> parameters;  // after ten steps
  std::vector<double> norms;       // of the gradients before clipping, where there is any
}};

inline const std::vector<LossCase> loss_cases{{""")
print(",\n".join([loss_case("mse", nn.MSELoss()), loss_case("l1", nn.L1Loss()), loss_case("huber", nn.HuberLoss(delta=0.25)),
                  loss_case("bce", nn.BCELoss())]) + "};\n")
print("inline const std::vector<OptimizerCase> optimizer_cases{")
optim = torch.optim
print(",\n".join([
    optimizer_case("adam", lambda p: optim.Adam(p, lr=1e-2)),
    optimizer_case("adam, decay", lambda p: optim.Adam(p, lr=1e-2, weight_decay=0.1)),
    optimizer_case("adam, constants", lambda p: optim.Adam(p, lr=1e-2, betas=(0.8, 0.95), eps=1e-2)),
    optimizer_case("adam, clipped", lambda p: optim.Adam(p, lr=1e-2, eps=1e-2), 1),
    optimizer_case("adamw", lambda p: optim.AdamW(p, lr=1e-2, weight_decay=0.1)),
    optimizer_case("sgd", lambda p: optim.SGD(p, lr=1e-2, momentum=0.9)),
    optimizer_case("sgd, plain", lambda p: optim.SGD(p, lr=1e-2)),
    optimizer_case("sgd, decay", lambda p: optim.SGD(p, lr=1e-2, momentum=0.9, weight_decay=0.1)),
    optimizer_case("sgd, nesterov", lambda p: optim.SGD(p, lr=1e-2, momentum=0.9, weight_decay=0.1, nesterov=True)),
    optimizer_case("sgd, clipped", lambda p: optim.SGD(p, lr=1e-2, momentum=0.9), 3.8)]) + "};\n")
print("// Learning rates from 1e-2, of each epoch or each step.")
print(f"inline const std::vector<double> step_rates{numbers(rates(lambda o: lr_scheduler.StepLR(o, 3, 0.5), 10))};")
print(f"inline const std::vector<double> cosine_rates{numbers(rates(lambda o: lr_scheduler.CosineAnnealingLR(o, 20, 1e-3), 20))};")
print("inline const std::vector<double> warm_cosine_rates"
      f"{numbers(rates(lambda o: warmed(o, 6, lr_scheduler.CosineAnnealingLR(o, 14, 1e-3)), 20))};")
print(f"inline const std::vector<double> plateau_losses{numbers(held_out)};")
print("inline const std::vector<double> plateau_rates" + numbers(rates(lambda o: (
    lr_scheduler.ReduceLROnPlateau(o, factor=0.5, patience=2, threshold=1e-2, min_lr=2e-3, eps=0), held_out), 20)) + ";\n")
print("}  // namespace shoal::reference")
