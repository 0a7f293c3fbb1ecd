"""What both trainings share: averaged weights, checkpoints to go on from, the learning rate."""

import copy
import os
from pathlib import Path

import torch
from torch import nn

WARM_UP = 50


class Average:
    """An exponential moving average of a net's weights: what is evaluated and exported."""

    def __init__(self, net: nn.Module, decay: float = 0.999):
        self.net, self.decay, self.updates = copy.deepcopy(net).requires_grad_(False), decay, 0

    @torch.no_grad()
    def update(self, net: nn.Module) -> None:
        self.updates += 1
        decay = min(self.decay, self.updates / (self.updates + 10))
        for mean, now in zip(self.net.parameters(), net.parameters()):
            mean.lerp_(now, 1 - decay)


def optimizer(net: nn.Module, rate: float, betas: tuple[float, float] = (0.8, 0.99)) -> torch.optim.AdamW:
    """Embeddings and styles see few gradients and learn five times as fast."""
    slow, fast = [], []
    for name, parameter in net.named_parameters():
        (fast if "embedding" in name or "style" in name else slow).append(parameter)
    groups = [{"params": slow, "factor": 1.0}, {"params": fast, "factor": 5.0}]
    return torch.optim.AdamW(groups, rate, betas=betas, weight_decay=0.01)


def set_rate(optimizer: torch.optim.Optimizer, rate: float) -> None:
    for group in optimizer.param_groups:
        group["lr"] = rate * group.get("factor", 1.0)


def save(path: Path, state: dict) -> None:
    """Writes a checkpoint so that a stop in the middle leaves the old one."""
    part = path.with_suffix(".part")
    torch.save(state, part)
    os.replace(part, path)


class Tally:
    """Means of named numbers since the last report."""

    def __init__(self):
        self.sums: dict[str, float] = {}
        self.count = 0

    def add(self, **values) -> None:
        self.count += 1
        for name, value in values.items():
            self.sums[name] = self.sums.get(name, 0.0) + float(value)

    def report(self) -> str:
        line = " ".join(f"{name} {total / self.count:.4f}" for name, total in self.sums.items())
        self.sums, self.count = {}, 0
        return line
