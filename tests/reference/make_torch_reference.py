#!/usr/bin/python3
"""Writes torch_reference.hpp: what PyTorch says about two small autoencoders, the presets `conv` and `deep`.

    /usr/bin/python3 tests/reference/make_torch_reference.py > tests/reference/torch_reference.hpp

Made with Debian 12's python3-torch (1.13). Only this script needs it; the test includes the header. The layers are written
out by hand, not taken from Shoal, and all runs in float64: an oracle has to be more exact than what it judges, and a
float32 run differs from the truth as much as Shoal does (--float32 prints by how much, instead of the header).

Parameters and images are a formula that the test repeats exactly: hashed integers of 16 bits times powers of two.
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


def images(stream, count, channels, height, width):
    """Triangular waves, another direction for each image, and a quarter of noise: [0, 1)."""
    n, c, y, x = np.indices((count, channels, height, width))
    wave = np.abs((x * (1 + n % 5) + y * (1 + n // 5 % 4) + 3 * c + 7 * n) % 32 - 16) / 16
    return torch.from_numpy(0.75 * wave + 0.25 * hashed(stream, wave.size).reshape(wave.shape))


class Autoencoder(nn.Module):
    def __init__(self, encoder, decoder):
        super().__init__()
        self.encoder = nn.Sequential(*encoder)
        self.decoder = nn.Sequential(*decoder)

    def forward(self, x):
        return self.decoder(self.encoder(x))


def conv(code):
    """For images of 3 x 12 x 12: 12, 6, 3, 2 pixels wide."""
    return Autoencoder(
        [nn.Conv2d(3, 8, 3, stride=2, padding=1), nn.ReLU(),
         nn.Conv2d(8, 16, 3, stride=2, padding=1), nn.ReLU(),
         nn.Conv2d(16, 32, 3, stride=2, padding=1), nn.ReLU(),
         nn.Flatten(), nn.Linear(128, code)],
        [nn.Linear(code, 128), nn.Unflatten(1, (32, 2, 2)),
         nn.ConvTranspose2d(32, 16, 3, stride=2, padding=1, output_padding=0), nn.ReLU(),
         nn.ConvTranspose2d(16, 8, 3, stride=2, padding=1, output_padding=1), nn.ReLU(),
         nn.ConvTranspose2d(8, 3, 3, stride=2, padding=1, output_padding=1), nn.ReLU()])


def deep(code):
    """For images of 3 x 10 x 10: 10, 5, 3, 2 pixels wide."""
    def normalised(layer, width):
        return [layer, nn.BatchNorm2d(width), nn.ReLU()]

    encoder = []
    for before, width in ((3, 32), (32, 64), (64, 128)):
        encoder += normalised(nn.Conv2d(before, width, 3, stride=2, padding=1), width)
        encoder += normalised(nn.Conv2d(width, width, 3, stride=1, padding=1), width)
    decoder = [nn.Linear(code, 512), nn.Unflatten(1, (128, 2, 2))]
    for width, after in ((128, 64), (64, 32)):
        decoder += normalised(nn.Conv2d(width, width, 3, stride=1, padding=1), width)
        decoder += normalised(nn.ConvTranspose2d(width, after, 3, stride=2, padding=1, output_padding=0), after)
    decoder += normalised(nn.Conv2d(32, 32, 3, stride=1, padding=1), 32)
    decoder += [nn.ConvTranspose2d(32, 3, 3, stride=2, padding=1, output_padding=1), nn.ReLU()]
    return Autoencoder([*encoder, nn.Flatten(), nn.Linear(512, code)], decoder)


def shift_and_scale(model, name, tensor, calm):
    """A parameter is shift + scale * [-1, 1). Weights: a power of two near He's bound, such that nothing fades away.

    Ten steps of Adam through batch normalisation are chaotic in any float32 program: rounding moves an input of some ReLU
    over its kink, the gradient of weights where it is small changes its sign, and Adam makes whole steps of that. PyTorch in
    float32 is then 1e-3 off in the loss and 0.1 in the steps. A `calm` start has larger weights in front of the normalisation
    (it undoes that, and steps turn them less) and shifts behind it that keep 99% of the ReLUs' inputs above 0.
    """
    layer, last = model.get_submodule(name.rpartition(".")[0]), model.decoder[-2]
    if isinstance(layer, nn.BatchNorm2d):
        if name.endswith("weight"):
            return (0.25, 0.125) if calm else (1.0, 0.25)
        return (0.75, 0.25) if calm else (0.0, 0.25)
    if tensor.dim() == 1:
        return (0.25 if layer is last else 0.0), 0.125
    fan_in = tensor[0].numel() if not isinstance(layer, nn.ConvTranspose2d) else tensor.numel() / tensor.shape[1] / 2
    normalised = tensor.dim() == 4 and layer is not last
    return 0.0, 2.0 ** round(np.log2(np.sqrt(4 / fan_in))) * (8 if calm and normalised else 1)


def start(model, stream, calm):
    """Sets the parameters, in float64; returns the rows of the header's table."""
    model.double()
    values = hashed(stream, sum(p.numel() for p in model.parameters()))
    table, at = [], 0
    with torch.no_grad():
        for name, p in model.named_parameters():
            shift, scale = shift_and_scale(model, name, p, calm)
            p.copy_(torch.from_numpy(shift + scale * (2 * values[at:at + p.numel()] - 1)).reshape(p.shape))
            table.append((name, p.numel(), shift, scale))
            at += p.numel()
    return table


def idle_biases(model):
    """Names of the biases right in front of a batch normalisation, which takes them away again: their gradient is zero."""
    named = list(model.named_modules())
    return [before + ".bias" for (before, _), (_, layer) in zip(named, named[1:]) if isinstance(layer, nn.BatchNorm2d)]


def train(model, x, optimizer, steps):
    """The mean squared error before each step. Idle biases are held: all that they have is rounding noise, and Adam
    would turn noise of any size into steps of the size of the learning rate."""
    losses, idle = [], idle_biases(model)
    for _ in range(steps):
        optimizer.zero_grad()
        loss = nn.functional.mse_loss(model(x), x)
        loss.backward()
        for name in idle:
            model.get_parameter(name).grad.zero_()
        optimizer.step()
        losses.append(loss.item())
    return losses


class Case:
    """What the header says of one network: `first` pass, five steps of SGD (where there is a rate), ten steps of `adam`."""

    def __init__(self, make, x, stream, calm=False, first=True, sgd_rate=None, adam=True, dtype=torch.float64):
        begin = make(8)
        self.start = start(begin, stream, calm)
        self.sgd_rate = sgd_rate
        x = x.to(dtype)
        begin.to(dtype)
        nearest = []  # |input| of each ReLU in each pass: float32 has to come out on the same side of the kink
        for layer in begin.modules():
            if isinstance(layer, nn.ReLU):
                layer.register_forward_pre_hook(lambda _, inputs: nearest.append(inputs[0].abs().min().item()))
        self.losses, self.tensors = {}, {}

        def change(model):
            return {n: p.detach() - q.detach() for (n, p), q in zip(model.named_parameters(), begin.parameters())}

        if first:
            model = copy.deepcopy(begin)
            y = model(x)
            nn.functional.mse_loss(y, x).backward()
            self.alive = (y > 0).double().mean().item()
            self.tensors["first_output"] = {"output": y.detach()}
            self.tensors["first_gradient"] = {n: p.grad for n, p in model.named_parameters()}
        if sgd_rate:
            model = copy.deepcopy(begin)
            self.losses["sgd_losses"] = train(model, x, torch.optim.SGD(model.parameters(), lr=sgd_rate, momentum=0.9), 5)
            self.tensors["sgd_change"] = change(model)
        if adam:
            model = copy.deepcopy(begin)
            self.losses["adam_losses"] = train(model, x, torch.optim.Adam(model.parameters(), lr=1e-3), 10)
            self.tensors["adam_change"] = change(model)
            self.tensors["state"] = {n: b for n, b in model.named_buffers() if "running" in n}
            model.eval()
            codes = model.encoder(x).detach()
            self.tensors["evaluated"] = {"codes": codes, "reconstructions": model.decoder(codes).detach()}
        self.nearest_kink = min(nearest)


def numbers(values):
    return "{" + ", ".join(f"{v:.9g}" for v in values) + "}"


def tensors(name, values, entries):
    """About that many entries of each; strides that are 1 more than a multiple of most sizes see all taps and channels."""
    print(f"inline const std::vector<Tensor> {name}{{")
    rows = []
    for n, v in values.items():
        flat, stride = v.double().reshape(-1), 1 + v.numel() // entries
        rows.append(f'    {{"{n}", {v.numel()}, {v.double().norm().item():.9g}, {stride}, {numbers(flat[::stride].tolist())}}}')
    print(",\n".join(rows) + "};")


# The streams are such that in no pass the input of a ReLU comes closer to its kink than 1e-6.
colour = images(47, 20, 3, 10, 10)
cases = {"conv": dict(make=conv, x=images(131, 24, 3, 12, 12), stream=132, sgd_rate=0.05),
         "deep": dict(make=deep, x=colour, stream=77, sgd_rate=0.02, adam=False),
         "calm_deep": dict(make=deep, x=colour, stream=48, calm=True, first=False)}

if "--float32" in sys.argv:
    for name, case in cases.items():
        truth, single = Case(**case), Case(**case, dtype=torch.float32)
        print(f"{name}: nearest kink {truth.nearest_kink:.2g}", f"output above 0: {truth.alive:.3f}" if case.get("first", True) else "")
        for what, exact in truth.tensors.items():
            errors = {n: ((single.tensors[what][n].double() - v).norm() / v.norm()).item() for n, v in exact.items() if v.norm() > 1e-9}
            worst = sorted(errors, key=errors.get)[::-1][:3]
            print(f"  {what}: largest relative errors", ", ".join(f"{n} {errors[n]:.2g}" for n in worst))
        for what, exact in truth.losses.items():
            print(f"  {what}:", ", ".join(f"{e:.6g} ({r / e - 1:.1g})" for e, r in zip(exact, single.losses[what])))
    sys.exit()

print(f"""// Made by make_torch_reference.py with PyTorch {torch.__version__} in float64. Do not edit.
#pragma once
#include <vector>

namespace shoal::reference {{

/// A tensor by its L2 norm and its entries 0, s, 2s, ... below its size.
struct Tensor {{
  const char* name;
  long size;
  double norm;
  long stride;
  std::vector<double> entries;
}};

/// A tensor's first parameters: shift + scale * (2 hashed - 1).
struct Start {{
  const char* name;
  long size;
  double shift, scale;
}};
""")
for name, case in cases.items():
    c, entries = Case(**case), 12 if name == "conv" else 4
    assert c.nearest_kink > 1e-6, f"{name}: a ReLU's input is {c.nearest_kink}: choose another stream"
    print(f"inline const std::vector<Start> {name}_start{{")
    print(",\n".join(f'    {{"{n}", {size}, {shift:g}, {scale:g}}}' for n, size, shift, scale in c.start) + "};")
    if c.sgd_rate:
        print(f"inline constexpr double {name}_sgd_rate = {c.sgd_rate};")
    for what, losses in c.losses.items():
        print(f"inline const std::vector<double> {name}_{what}{numbers(losses)};")
    for what, values in c.tensors.items():
        if values:
            tensors(f"{name}_{what}", values, 60 if what in ("first_output", "evaluated") else entries)
    print()
print("}  // namespace shoal::reference")
