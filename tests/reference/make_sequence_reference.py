#!/usr/bin/python3
"""Writes sequence_reference.hpp: what PyTorch says about two small autoencoders of sequences, the presets `lstm` and `gru`.

    /usr/bin/python3 tests/reference/make_sequence_reference.py > tests/reference/sequence_reference.hpp

Made with Debian 12's python3-torch (1.13), in float64, as make_torch_reference.py says; only this script needs it. The layers
are written out by hand over nn.LSTM and nn.GRU (batch_first). Parameters and sequences are a formula that the test repeats
exactly (torch_formula.hpp): hashed integers of 16 bits times powers of two. --float32 prints by how much a run in float32
differs, instead of the header.
"""
import copy
import sys

import numpy as np
import torch
from torch import nn


def hashed(stream, count):
    """Murmur3's finalizer of 2^24 stream + i, its upper 16 bits as a fraction: [0, 1)."""
    mask = np.uint64(0xFFFFFFFF)
    h = np.arange(count, dtype=np.uint64) + np.uint64(stream << 24)
    for shift, factor in ((16, 0x85EBCA6B), (13, 0xC2B2AE35)):
        h = ((h ^ (h >> np.uint64(shift))) * np.uint64(factor)) & mask
    return ((h ^ (h >> np.uint64(16))) >> np.uint64(16)).astype(np.float64) / 65536


def sequences(stream, count, channels, steps):
    """formula_images of one row: triangular waves and a quarter of noise, [0, 1); here as (n, t, c)."""
    n, c, x = np.indices((count, channels, steps))
    wave = np.abs((x * (1 + n % 5) + 3 * c + 7 * n) % 32 - 16) / 16
    values = 0.75 * wave + 0.25 * hashed(stream, wave.size).reshape(wave.shape)
    return torch.from_numpy(values).transpose(1, 2)


class Autoencoder(nn.Module):
    """(n, t, c) -> the last hidden state -> code -> the same vector at each step -> hidden states -> (n, t, c)."""

    def __init__(self, cell, channels, units, code, steps):
        super().__init__()
        self.steps = steps
        self.encoder = nn.ModuleDict({"0": cell(channels, units, batch_first=True), "2": nn.Linear(units, code)})
        self.decoder = nn.ModuleDict({"0": nn.Linear(code, units), "2": cell(units, units, batch_first=True),
                                      "3": nn.Linear(units, channels)})

    def encode(self, x):
        return self.encoder["2"](self.encoder["0"](x)[0][:, -1])

    def decode(self, code):
        vector = self.decoder["0"](code)
        states = self.decoder["2"](vector[:, None, :].expand(-1, self.steps, -1))[0]
        before = self.decoder["3"](states)
        self.nearest_kink = before.abs().min().item()
        return torch.relu(before)

    def forward(self, x):
        return self.decode(self.encode(x))


def start(model, stream):
    """Sets the parameters, in float64; returns the rows of the header's table."""
    model.double()
    values = hashed(stream, sum(p.numel() for p in model.parameters()))
    table, at = [], 0
    with torch.no_grad():
        for name, p in model.named_parameters():
            shift, scale = 0.5 if name == "decoder.3.bias" else 0.0, 0.25
            p.copy_(torch.from_numpy(shift + scale * (2 * values[at:at + p.numel()] - 1)).reshape(p.shape))
            table.append((name, p.numel(), shift, scale))
            at += p.numel()
    return table


class Case:
    """What the header says of one network: the first pass, ten steps of Adam."""

    def __init__(self, cell, x, stream, dtype=torch.float64):
        model = Autoencoder(cell, x.shape[2], 64, 8, x.shape[1])
        self.start = start(model, stream)
        model, x = model.to(dtype), x.to(dtype)
        begin = copy.deepcopy(model)
        self.tensors, self.losses, kinks = {}, [], []
        optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
        for step in range(10):
            optimizer.zero_grad()
            y = model(x)
            kinks.append(model.nearest_kink)
            loss = nn.functional.mse_loss(y, x)
            loss.backward()
            if step == 0:
                self.alive = (y > 0).double().mean().item()
                self.tensors["first_output"] = {"output": channels_first(y.detach())}
                self.tensors["first_gradient"] = {n: p.grad.clone() for n, p in model.named_parameters()}
            optimizer.step()
            self.losses.append(loss.item())
        self.tensors["adam_change"] = {n: p.detach() - q.detach() for (n, p), q in
                                       zip(model.named_parameters(), begin.parameters())}
        codes = model.encode(x).detach()
        self.tensors["evaluated"] = {"codes": codes, "reconstructions": channels_first(model.decode(codes).detach())}
        self.nearest_kink = min(kinks + [model.nearest_kink])


def channels_first(y):
    return y.transpose(1, 2).contiguous()


def numbers(values):
    return "{" + ", ".join(f"{v:.9g}" for v in values) + "}"


def tensors(name, values, entries):
    """About that many entries of each; strides that are 1 more than a multiple of most sizes see all gates and units."""
    print(f"inline const std::vector<Tensor> {name}{{")
    rows = []
    for n, v in values.items():
        flat, stride = v.double().reshape(-1), 1 + v.numel() // entries
        rows.append(f'    {{"{n}", {v.numel()}, {v.double().norm().item():.9g}, {stride}, {numbers(flat[::stride].tolist())}}}')
    print(",\n".join(rows) + "};")


# The streams are such that in no pass the input of the ReLU comes closer to its kink than 1e-6.
x = sequences(53, 20, 3, 9)
cases = {"lstm": dict(cell=nn.LSTM, x=x, stream=61), "gru": dict(cell=nn.GRU, x=x, stream=62)}

if "--float32" in sys.argv:
    for name, case in cases.items():
        truth, single = Case(**case), Case(**case, dtype=torch.float32)
        print(f"{name}: nearest kink {truth.nearest_kink:.2g}, output above 0: {truth.alive:.3f}")
        for what, exact in truth.tensors.items():
            errors = {n: ((single.tensors[what][n].double() - v).norm() / v.norm()).item() for n, v in exact.items()}
            worst = sorted(errors, key=errors.get)[::-1][:3]
            print(f"  {what}: largest relative errors", ", ".join(f"{n} {errors[n]:.2g}" for n in worst))
        print("  losses:", ", ".join(f"{e:.6g} ({r / e - 1:.1g})" for e, r in zip(truth.losses, single.losses)))
    sys.exit()

print(f"""// Made by make_sequence_reference.py with PyTorch {torch.__version__} in float64. Do not edit.
#pragma once
#include "torch_reference.hpp"

namespace shoal::reference {{
""")
for name, case in cases.items():
    c = Case(**case)
    assert c.nearest_kink > 1e-6, f"{name}: the ReLU's input is {c.nearest_kink}: choose another stream"
    print(f"inline const std::vector<Start> {name}_start{{")
    print(",\n".join(f'    {{"{n}", {size}, {shift:g}, {scale:g}}}' for n, size, shift, scale in c.start) + "};")
    print(f"inline const std::vector<double> {name}_adam_losses{numbers(c.losses)};")
    for what, values in c.tensors.items():
        tensors(f"{name}_{what}", values, 60 if what in ("first_output", "evaluated") else 12)
    print()
print("}  // namespace shoal::reference")
