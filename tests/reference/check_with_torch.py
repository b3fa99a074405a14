#!/usr/bin/python3
"""Loads a trained autoencoder from Shoal's HDF5 file into PyTorch and compares codes and reconstructions.

    shoal train --input IMAGES.npy --output MODEL.h5
    shoal reconstruct --model MODEL.h5 --input IMAGES.npy --output RECONSTRUCTIONS.h5
    /usr/bin/python3 tests/reference/check_with_torch.py MODEL.h5 RECONSTRUCTIONS.h5 IMAGES.npy

The network is what /model's attributes torch_encoder and torch_decoder say, the weights are loaded strictly by name: no
knowledge of Shoal but the names. IMAGES: .npy or IDX(.gz), (n, h, w), (n, h, w, c), (n, c, h, w), (n, t, c) or (n, d). Fails when
a code or a pixel differs by more than 1e-4 of the standard deviation. Needs python3-torch and python3-h5py.
"""
import argparse
import gzip
import sys

import h5py
import numpy as np
import sequence_modules
import torch
from torch import nn


class Residual(nn.Sequential):
    def forward(self, x):
        return x + super().forward(x)


class Sample(nn.Module):
    def forward(self, x):
        return x.chunk(2, 1)[0]  # in evaluation the mean


NAMES = {"nn": nn, "Residual": Residual, "Sample": Sample}  # what the expressions of docs/files.md may use


def read_images(path):
    if path.endswith(".npy"):
        return np.load(path, mmap_mode="r")
    with (gzip.open if path.endswith(".gz") else open)(path, "rb") as file:
        data = file.read()
    assert data[:3] == b"\0\0\x08", f"{path} is neither .npy nor IDX of bytes"
    dims = np.frombuffer(data, ">i4", data[3], 4)
    return np.frombuffer(data, np.uint8, offset=4 + 4 * data[3]).reshape(dims)


def read_model(group):
    """The network in evaluation mode."""
    model = nn.Module()
    names = {**NAMES, **vars(sequence_modules)}
    model.encoder = eval(group.attrs["torch_encoder"], names)
    model.decoder = eval(group.attrs["torch_decoder"], names)
    weights = {}

    def collect(name, item):
        if isinstance(item, h5py.Dataset) and name.split("/")[0].split(".")[0] in ("encoder", "decoder"):
            weights[name.replace("/", ".")] = torch.from_numpy(item[()])

    group.visititems(collect)
    for name in model.state_dict():
        if name.endswith("num_batches_tracked"):  # a counter that plays no part here
            weights[name] = torch.tensor(0)
    model.load_state_dict(weights, strict=True)
    return model.eval()


def compare(what, ours, theirs):
    difference = np.abs(ours.astype(np.float64) - theirs)
    relative = difference.max() / theirs.std()
    print(f"{what}: largest difference {difference.max():.3g}, {relative:.3g} of the standard deviation; "
          f"root mean square {np.sqrt((difference ** 2).mean()):.3g}")
    return relative < 1e-4


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("model", help="written by shoal train or shoal pipeline")
    parser.add_argument("reconstructions", help="written by shoal reconstruct, or by shoal encode: then only codes are compared")
    parser.add_argument("images")
    parser.add_argument("--rows", type=int, default=2000, help="how many to compare, spread over all")
    options = parser.parse_args()

    with h5py.File(options.model) as file:
        group = file["model"]
        model = read_model(group)
        offset, scale = group["input_offset"][()], group["input_scale"][()]
        shape, channels_last = tuple(group.attrs["input_shape"]), bool(group.attrs["input_channels_last"])
    print(f"{len(model.state_dict())} tensors loaded by name, {sum(p.numel() for p in model.parameters())} parameters")

    images = read_images(options.images)
    rows = np.unique(np.linspace(0, len(images) - 1, options.rows).astype(int))
    values = np.asarray(images[rows], np.float64)
    with h5py.File(options.reconstructions) as file:
        codes = file["codes/data"][rows]
        reconstructions = file["reconstructions"][rows] if "reconstructions" in file else None

    if channels_last:
        values = np.moveaxis(values.reshape(len(rows), *shape[1:], shape[0]), -1, 1)
    values = values.reshape(len(rows), *shape)
    per_channel = (-1, *[1] * (len(shape) - 1))
    x = torch.from_numpy((values - offset.reshape(per_channel)) * scale.reshape(per_channel))
    if shape[1:] == (1, 1):
        x = x.reshape(len(rows), -1)  # vectors
    model.double()
    with torch.no_grad():
        torch_codes = model.encoder(x)
        y = model.decoder(torch_codes).reshape(len(rows), *shape)
    print(f"mean squared error in PyTorch, scaled units: {((y - x.reshape(y.shape)) ** 2).mean().item():.6g}")
    agrees = compare("codes", codes, torch_codes.numpy())
    if reconstructions is not None:
        y = y.numpy() / scale.reshape(per_channel) + offset.reshape(per_channel)
        if channels_last:
            y = np.moveaxis(y, 1, -1)
        agrees &= compare("reconstructions", reconstructions, y.reshape(reconstructions.shape))
    sys.exit(0 if agrees else "the two do not agree")


main()
