"""The benchmark's networks in PyTorch, written out by hand, and their work counted by hooks: what the driver holds
against Shoal's own counts before it compares any time."""
import torch
from torch import nn


def conv():
    encoder = nn.Sequential(
        nn.Conv2d(3, 8, 3, 2, 1), nn.ReLU(), nn.Conv2d(8, 16, 3, 2, 1), nn.ReLU(),
        nn.Conv2d(16, 32, 3, 2, 1), nn.ReLU(), nn.Flatten(), nn.Linear(512, 32))
    decoder = nn.Sequential(
        nn.Linear(32, 512), nn.Unflatten(1, (32, 4, 4)), nn.ConvTranspose2d(32, 16, 3, 2, 1, 1), nn.ReLU(),
        nn.ConvTranspose2d(16, 8, 3, 2, 1, 1), nn.ReLU(), nn.ConvTranspose2d(8, 3, 3, 2, 1, 1), nn.LeakyReLU(0.1))
    return nn.Sequential(encoder, decoder)


def deep():
    def down(i, o):
        return [nn.Conv2d(i, o, 3, 2, 1), nn.BatchNorm2d(o), nn.ReLU(), *same(o)]

    def same(c):
        return [nn.Conv2d(c, c, 3, 1, 1), nn.BatchNorm2d(c), nn.ReLU()]

    def up(i, o):
        return [*same(i), nn.ConvTranspose2d(i, o, 3, 2, 1, 1), nn.BatchNorm2d(o), nn.ReLU()]

    encoder = nn.Sequential(*down(3, 32), *down(32, 64), *down(64, 128), nn.Flatten(), nn.Linear(2048, 200))
    decoder = nn.Sequential(
        nn.Linear(200, 2048), nn.Unflatten(1, (128, 4, 4)), *up(128, 64), *up(64, 32), *same(32),
        nn.ConvTranspose2d(32, 3, 3, 2, 1, 1), nn.LeakyReLU(0.1))
    return nn.Sequential(encoder, decoder)


def dense():
    encoder = nn.Sequential(
        nn.Linear(784, 1000), nn.ReLU(), nn.Linear(1000, 500), nn.ReLU(), nn.Linear(500, 250), nn.ReLU(),
        nn.Linear(250, 32))
    decoder = nn.Sequential(
        nn.Linear(32, 250), nn.ReLU(), nn.Linear(250, 500), nn.ReLU(), nn.Linear(500, 1000), nn.ReLU(),
        nn.Linear(1000, 784), nn.LeakyReLU(0.1))
    return nn.Sequential(encoder, decoder)


def odd():
    """Sizes that no blocking was made for: 30x45 pixels, 7 and 13 channels, 5x5 kernels, stride 3."""
    encoder = nn.Sequential(
        nn.Conv2d(3, 7, 5, 3, 2), nn.ReLU(), nn.Conv2d(7, 13, 5, 3, 2), nn.ReLU(), nn.Flatten(), nn.Linear(260, 24))
    decoder = nn.Sequential(
        nn.Linear(24, 260), nn.Unflatten(1, (13, 4, 5)), nn.ConvTranspose2d(13, 7, 5, 3, 2, (0, 2)), nn.ReLU(),
        nn.ConvTranspose2d(7, 3, 5, 3, 2, (2, 2)), nn.LeakyReLU(0.1))
    return nn.Sequential(encoder, decoder)


NETWORKS = {
    "conv": (conv, (3, 32, 32)),
    "deep": (deep, (3, 32, 32)),
    "dense": (dense, (784,)),
    "odd": (odd, (3, 30, 45)),
}


def build(name: str):
    """The autoencoder, (encoder, decoder), and the shape of a sample."""
    make, shape = NETWORKS[name]
    return make(), shape


def flops_per_sample(net, shape, what: str) -> float:
    """Two a multiply-add, taps on padding included. A training step is three forward passes (forward, gradients of the
    inputs and of the weights) less the gradient of the first layer's input, which nobody needs."""
    counts = []

    def count(layer, inputs, output):
        if isinstance(layer, nn.Conv2d):
            counts.append(output.numel() * layer.in_channels * layer.kernel_size[0] * layer.kernel_size[1])
        elif isinstance(layer, nn.ConvTranspose2d):
            counts.append(inputs[0].numel() * layer.out_channels * layer.kernel_size[0] * layer.kernel_size[1])
        elif isinstance(layer, nn.Linear):
            counts.append(layer.in_features * layer.out_features)

    hooks = [layer.register_forward_hook(count) for layer in net.modules()]
    net.eval()
    with torch.no_grad():
        (net if what == "train" else net[0])(torch.zeros(1, *shape))
    net.train()
    for hook in hooks:
        hook.remove()
    return 2.0 * (3 * sum(counts) - counts[0] if what == "train" else sum(counts))
