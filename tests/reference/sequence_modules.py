"""What /model's torch_encoder and torch_decoder name beside torch.nn: the layers of sequences, over (n, c, 1, t).

nn.LSTM and nn.GRU return a tuple, which nn.Sequential does not hand on; these return the hidden states alone. Names and
shapes of the weights are PyTorch's own: weight_ih_l0, weight_hh_l0, bias_ih_l0, bias_hh_l0.
"""
from torch import nn


class LSTM(nn.LSTM):
    def forward(self, x):
        return super().forward(x.squeeze(2).permute(2, 0, 1))[0].permute(1, 2, 0).unsqueeze(2)


class GRU(nn.GRU):
    def forward(self, x):
        return super().forward(x.squeeze(2).permute(2, 0, 1))[0].permute(1, 2, 0).unsqueeze(2)


class Last(nn.Module):
    def forward(self, x):
        return x[:, :, 0, -1]


class Repeat(nn.Module):
    def __init__(self, steps):
        super().__init__()
        self.steps = steps

    def forward(self, x):
        return x[:, :, None, None].expand(-1, -1, 1, self.steps)
