"""Features of gaps and their gold in, the convolution over gaps out. The one step of this training that needs torch."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from torch import nn
from torch.nn import functional

PAD = 8
"""Empty gaps between two files laid end to end: more than the network sees to one side (six)."""

WIDTH, LENGTH, BATCH, EPOCHS, RATE = 48, 256, 16, 14, 3e-3

RESUME_WEIGHT = 0.5
"""How much the second output, an article that resumes, weighs in the loss."""

File = tuple[np.ndarray, np.ndarray]


class Gaps(nn.Module):
    """What `backstory.clean.weights.Network` computes, with dropout while it is trained."""

    def __init__(self, features: int) -> None:
        super().__init__()
        self.enter = nn.Conv1d(features, WIDTH, 1)
        self.near = nn.Conv1d(WIDTH, WIDTH, 5, padding=2)
        self.wide = nn.Conv1d(WIDTH, WIDTH, 5, padding=4, dilation=2)
        self.leave = nn.Conv1d(WIDTH, 2, 1)
        self.drop = nn.Dropout(0.2)

    def forward(self, x: torch.Tensor, inside: torch.Tensor) -> torch.Tensor:
        hidden = functional.relu(self.enter(self.drop(x))) * inside
        hidden = (hidden + functional.relu(self.near(self.drop(hidden)))) * inside
        hidden = hidden + functional.relu(self.wide(self.drop(hidden)))
        return self.leave(self.drop(hidden))


def train_network(files: Sequence[File], *, seed: int, epochs: int = EPOCHS) -> dict[str, Any]:
    """Return the network's weights by name, for `net_*` of the package's weights."""
    torch.manual_seed(seed)
    torch.set_num_threads(1)
    rng = np.random.default_rng(seed)
    sample = np.concatenate([np.nan_to_num(features.astype(np.float32)) for features, _ in files[::3]])
    mean, scale = sample.mean(axis=0), sample.std(axis=0) + 1e-3
    net = Gaps(len(mean))
    steps = epochs * (sum(len(gold) + PAD for _, gold in files) // (LENGTH * BATCH) + 1)
    optimiser = torch.optim.AdamW(net.parameters(), RATE, weight_decay=1e-2)
    pace = torch.optim.lr_scheduler.OneCycleLR(optimiser, RATE, total_steps=steps + 1)
    for epoch in range(epochs):
        x, gold, counted = _laid_end_to_end([files[k] for k in rng.permutation(len(files))], mean, scale)
        losses = []
        for begin in range(0, len(x), BATCH):
            part = slice(begin, begin + BATCH)
            loss = _loss(net, x[part], gold[part], counted[part])
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            pace.step()
            losses.append(float(loss.detach()))
        print(f"  epoch {epoch}: loss {np.mean(losses):.4f}", flush=True)
    return _arrays(net, mean, scale)


def _loss(net: Gaps, x: torch.Tensor, gold: torch.Tensor, counted: torch.Tensor) -> torch.Tensor:
    inside = (x.abs().sum(dim=1, keepdim=True) > 0).float()
    scores = net(x, inside)
    boundary = functional.binary_cross_entropy_with_logits(scores[:, 0], (gold > 0).float(), reduction="none")
    resumes = functional.binary_cross_entropy_with_logits(scores[:, 1], (gold == 2).float(), reduction="none")
    return ((boundary + RESUME_WEIGHT * resumes) * counted).sum() / counted.sum()


def _laid_end_to_end(files: Sequence[File], mean: np.ndarray, scale: np.ndarray) -> tuple[torch.Tensor, ...]:
    size = sum(len(gold) + PAD for _, gold in files)
    rows = -(-size // LENGTH) * LENGTH
    x = np.zeros((rows, len(mean)), np.float32)
    gold_of = np.zeros(rows, np.int64)
    counted = np.zeros(rows, np.float32)
    place = 0
    for features, gold in files:
        stop = place + len(gold)
        x[place:stop] = np.clip((np.nan_to_num(features.astype(np.float32)) - mean) / scale, -4, 4)
        gold_of[place:stop] = gold
        counted[place + 1 : stop] = 1
        place = stop + PAD
    shape = (rows // LENGTH, LENGTH)
    return (
        torch.from_numpy(x).view(*shape, -1).transpose(1, 2).contiguous(),
        torch.from_numpy(gold_of).view(shape),
        torch.from_numpy(counted).view(shape),
    )


def _arrays(net: Gaps, mean: np.ndarray, scale: np.ndarray) -> dict[str, Any]:
    arrays: dict[str, Any] = {"net_mean": mean.astype(np.float32), "net_scale": scale.astype(np.float32)}
    for name in ("enter", "near", "wide", "leave"):
        layer = getattr(net, name)
        kernel = layer.weight.detach().numpy()
        arrays[f"net_{name}"] = kernel.transpose(2, 1, 0).reshape(-1, kernel.shape[0]).astype(np.float16)
        arrays[f"net_{name}_bias"] = layer.bias.detach().numpy().astype(np.float32)
    return arrays
