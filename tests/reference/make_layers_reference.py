#!/usr/bin/python3
"""Writes layers_reference.hpp: what PyTorch says about pooling, residual blocks, dropout and a variational autoencoder.

    /usr/bin/python3 tests/reference/make_layers_reference.py > tests/reference/layers_reference.hpp

Made with Debian 12's python3-torch (1.13), in float64. Only this script needs it; the test includes the header. The layers
are written out by hand, not taken from Shoal. Parameters and images are the formula of torch_formula.hpp; what dropout and
sampling draw is computed here once more from its definition (include/shoal/core/lane_random.hpp).
"""
import numpy as np
import torch
from torch import nn

MASK = 0xFFFFFFFF
SEED, EPOCH = 5, 3
DROPOUT, SAMPLING = 5, 8  # Stream in core/random.hpp
BETA = 0.5


def hashed(stream, count):
    """Murmur3's finalizer of 2^24 stream + i, its upper 16 bits as a fraction: [0, 1)."""
    mask = np.uint64(MASK)
    h = np.arange(count, dtype=np.uint64) + np.uint64(stream << 24)
    for shift, factor in ((16, 0x85EBCA6B), (13, 0xC2B2AE35)):
        h = ((h ^ (h >> np.uint64(shift))) * np.uint64(factor)) & mask
    return ((h ^ (h >> np.uint64(16))) >> np.uint64(16)).astype(np.float64) / 65536


def images(stream, count, channels, height, width):
    """Triangular waves, another direction for each image, and a quarter of noise: [0, 1)."""
    n, c, y, x = np.indices((count, channels, height, width))
    wave = np.abs((x * (1 + n % 5) + y * (1 + n // 5 % 4) + 3 * c + 7 * n) % 32 - 16) / 16
    return torch.from_numpy(0.75 * wave + 0.25 * hashed(stream, wave.size).reshape(wave.shape))


def philox(counter, key):
    """Philox-4x32-10, Salmon et al. 2011."""
    c0, c1, c2, c3 = counter
    k0, k1 = key
    for _ in range(10):
        a, b = 0xD2511F53 * c0, 0xCD9E8D57 * c2
        c0, c1, c2, c3 = (b >> 32) ^ c1 ^ k0, b & MASK, (a >> 32) ^ c3 ^ k1, a & MASK
        k0, k1 = (k0 + 0x9E3779B9) & MASK, (k1 + 0xBB67AE85) & MASK
    return c0, c1, c2, c3


def words(stream, layer, rows, elements):
    """What the rows draw, (rows, elements)."""
    blocks = [[philox((e, stream + 256 * layer, row & MASK, (row >> 32) + (EPOCH << 12)), (SEED, 0))
               for e in range((elements + 3) // 4)] for row in range(rows)]
    return np.array(blocks, np.int64).reshape(rows, -1)[:, :elements]


class Residual(nn.Sequential):
    def forward(self, x):
        return x + super().forward(x)


class Dropout(nn.Module):
    def __init__(self, p, layer):
        super().__init__()
        self.p, self.layer = np.float64(np.float32(p)), layer

    def forward(self, x):
        if not self.training:
            return x
        kept = words(DROPOUT, self.layer, len(x), x[0].numel()) >= self.p * 2 ** 32
        return x * torch.from_numpy(kept.reshape(x.shape) / (1 - self.p))


class Sample(nn.Module):
    def __init__(self, layer):
        super().__init__()
        self.layer = layer

    def forward(self, x):
        mean, v = x.chunk(2, 1)
        self.divergence = -0.5 * (1 + v - mean ** 2 - v.exp()).sum(1).mean()
        if not self.training:
            return mean
        u = (2 * (words(SAMPLING, self.layer, len(x), mean.shape[1]) >> 9) + 1) / 2 ** 23 - 1
        return mean + (v / 2).exp() * np.sqrt(2) * torch.erfinv(torch.from_numpy(u))


def pooling():
    """For images of 2 x 12 x 12."""
    return (nn.Sequential(nn.Conv2d(2, 6, 3, stride=1, padding=1), nn.ReLU(), nn.MaxPool2d(2),
                          nn.Conv2d(6, 8, 3, stride=1, padding=1), nn.AvgPool2d(3, stride=2, padding=1), nn.LeakyReLU(0.1),
                          nn.MaxPool2d(3, stride=1, padding=1), nn.Flatten(), nn.Linear(72, 10)),
            nn.Sequential(nn.Linear(10, 72), nn.Unflatten(1, (8, 3, 3)), nn.Upsample(scale_factor=2),
                          nn.Conv2d(8, 6, 3, stride=1, padding=1), nn.ReLU(), nn.Upsample(scale_factor=2),
                          nn.Conv2d(6, 2, 3, stride=1, padding=1)))


def residual():
    """For images of 2 x 9 x 8."""
    return (nn.Sequential(nn.Conv2d(2, 6, 3, stride=2, padding=1), nn.BatchNorm2d(6), nn.ReLU(),
                          Residual(nn.Conv2d(6, 6, 3, stride=1, padding=1), nn.BatchNorm2d(6), nn.ReLU(),
                                   Residual(nn.Conv2d(6, 6, 1)), nn.BatchNorm2d(6)),
                          nn.ReLU(), nn.Flatten(), nn.Linear(120, 7)),
            nn.Sequential(nn.Linear(7, 120), nn.Unflatten(1, (6, 5, 4)),
                          Residual(nn.BatchNorm2d(6), nn.ReLU(), nn.Conv2d(6, 6, 3, stride=1, padding=1)), nn.ReLU(),
                          nn.ConvTranspose2d(6, 2, 3, stride=2, padding=1, output_padding=(0, 1))))


def drawn():
    """For images of 2 x 6 x 5. Layers are numbered through encoder and decoder."""
    return (nn.Sequential(Dropout(0.1, 0), nn.Conv2d(2, 5, 3, stride=2, padding=1), nn.ReLU(), Dropout(0.25, 3),
                          nn.Flatten(), nn.Linear(45, 8), Sample(6)),
            nn.Sequential(nn.Linear(4, 20), nn.ReLU(), Dropout(0.5, 9), nn.Linear(20, 60)))


def start(model, stream):
    """Parameters are shift + scale (2 hashed - 1); returns the rows of the header's table."""
    values, table, at = hashed(stream, sum(p.numel() for p in model.parameters())), [], 0
    with torch.no_grad():
        for name, p in model.named_parameters():
            shift = 1.0 if p.dim() == 1 and name.endswith("weight") else 0.0
            scale = 0.125 if p.dim() == 1 else 2.0 ** round(np.log2(np.sqrt(4 / p[0].numel())))
            p.copy_(torch.from_numpy(shift + scale * (2 * values[at:at + p.numel()] - 1)).reshape(p.shape))
            table.append((name, p.numel(), shift, scale))
            at += p.numel()
    return table


def numbers(values):
    return "{" + ", ".join(f"{v:.9g}" for v in values) + "}"


def tensors(name, values, entries):
    print(f"inline const std::vector<Tensor> {name}{{")
    rows = []
    for n, v in values.items():
        flat, stride = v.detach().reshape(-1), 1 + v.numel() // entries
        rows.append(f'    {{"{n}", {v.numel()}, {v.norm().item():.9g}, {stride}, {numbers(flat[::stride].tolist())}}}')
    print(",\n".join(rows) + "};")


def nearest_tie(model):
    """How close the inputs of kinks and the largest pixels of windows come: float32 has to decide alike."""
    nearest = []

    def kink(_, inputs):
        nearest.append(inputs[0].abs().min().item())

    def tie(layer, inputs):
        k, s, p = layer.kernel_size, layer.stride, layer.padding
        x = nn.functional.pad(inputs[0], (p, p, p, p), value=-1e9)
        two = x.unfold(2, k, s).unfold(3, k, s).flatten(4).topk(2).values
        apart = (two[..., 0] - two[..., 1])[two[..., 0] != 0]  # what a ReLU has set to 0 has no gradient either way
        nearest.append(apart.min().item())

    for layer in model.modules():
        if isinstance(layer, (nn.ReLU, nn.LeakyReLU)):
            layer.register_forward_pre_hook(kink)
        if isinstance(layer, nn.MaxPool2d):
            layer.register_forward_pre_hook(tie)
    return nearest


print(f"""// Made by make_layers_reference.py with PyTorch {torch.__version__} in float64. Do not edit.
#pragma once
#include "torch_reference.hpp"

namespace shoal::reference {{

inline constexpr unsigned layers_seed = {SEED}, layers_epoch = {EPOCH};
inline constexpr double layers_beta = {BETA};
""")
for make, stream, (count, channels, height, width) in ((pooling, 203, (20, 2, 12, 12)), (residual, 205, (20, 2, 9, 8)),
                                                       (drawn, 207, (20, 2, 6, 5))):
    name, encoder_decoder = make.__name__, make()
    x = images(stream, count, channels, height, width)
    for trial in range(1000):
        model = nn.Sequential()
        for part, layers in zip(("encoder", "decoder"), make()):
            model.add_module(part, layers)
        model.double()
        table = start(model, stream + 1 + 2 * trial)
        nearest = nearest_tie(model)
        y = model(x).reshape(x.shape)
        loss = nn.functional.mse_loss(y, x)
        divergence = sum(m.divergence for m in model.modules() if isinstance(m, Sample))
        (loss + BETA * divergence / x[0].numel()).backward()
        model.eval()
        codes = model.encoder(x)
        restored = model.decoder(codes)
        if min(nearest) > 3e-6:
            break
    print(f"inline constexpr unsigned {name}_images = {stream}, {name}_stream = {stream + 1 + 2 * trial};")
    print(f"inline const std::vector<Start> {name}_start{{")
    print(",\n".join(f'    {{"{n}", {size}, {shift:g}, {scale:g}}}' for n, size, shift, scale in table) + "};")
    print(f"inline constexpr double {name}_loss = {(loss + BETA * divergence / x[0].numel()).item():.9g}, "
          f"{name}_divergence = {float(divergence):.9g};")
    tensors(f"{name}_gradient", {n: p.grad for n, p in model.named_parameters()}, 8)
    tensors(f"{name}_evaluated", {"codes": codes, "reconstructions": restored}, 30)
    print()
print("}  // namespace shoal::reference")
