"""What both trainings share: averaged weights, checkpoints to go on from, the learning rate, the loop."""

import argparse
import copy
import os
import random
import time
from pathlib import Path

import torch
from torch import nn

import weights
from data import Corpus

WARM_UP = 50
SAVE_EVERY = 200


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


class Training:
    """A net on its way. A subclass makes it better in `advance`, one step a call, and can add to `parts` before it calls
    `resume`: the names and states of all that a checkpoint holds."""

    def __init__(self, arguments: argparse.Namespace, name: str, net: nn.Module, betas: tuple[float, float]):
        self.arguments, self.net, self.step = arguments, net, 0
        if arguments.start and not arguments.checkpoint.exists():
            weights.load(arguments.start, name, net)
        self.average = Average(net)
        self.optimizer = optimizer(net, arguments.rate, betas)
        self.parts = {name: net, "average": self.average.net, "optimizer": self.optimizer}

    def resume(self) -> None:
        """Goes on from the checkpoint if there is one."""
        if self.arguments.checkpoint.exists():
            stored = torch.load(self.arguments.checkpoint)
            self.step, self.average.updates = stored["step"], stored["updates"]
            for name, part in self.parts.items():
                part.load_state_dict(stored[name])
        self.began = self.step
        torch.manual_seed(self.arguments.seed + self.step)
        self.rng = random.Random(self.arguments.seed + self.step)

    def advance(self, utterances: list) -> dict[str, float]:
        """One step; the distances that it saw, by name."""
        raise NotImplementedError

    def report(self, corpus: Corpus) -> str:
        """What else to print beside the distances."""
        return ""

    def precision(self) -> torch.autocast:
        """What the nets are run with."""
        return torch.autocast("cpu", torch.bfloat16, enabled=self.arguments.bfloat16)

    def improve(self, loss: torch.Tensor, longest_gradient: float) -> None:
        """One step of the net down the gradient of `loss`."""
        set_rate(self.optimizer, self.arguments.rate * min(1.0, (self.step - self.began + 1) / WARM_UP))
        self.optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(self.net.parameters(), longest_gradient)
        self.optimizer.step()
        self.average.update(self.net)
        self.step += 1

    def save(self) -> None:
        states = {name: part.state_dict() for name, part in self.parts.items()}
        save(self.arguments.checkpoint, {"step": self.step, "updates": self.average.updates, **states})

    def run(self, corpus: Corpus, report_every: int) -> None:
        """As many steps as were asked for, from where the training stands."""
        print(f"{len(corpus.training)} utterances, from step {self.step}", flush=True)
        tally, started = Tally(), time.process_time()
        end = self.step + self.arguments.steps
        while self.step < end:
            tally.add(**self.advance(corpus.training))
            if self.step % report_every == 0:
                seconds = (time.process_time() - started) / report_every
                print(self.step, tally.report(), self.report(corpus), f"cpu {seconds:.2f} s a step", flush=True)
                started = time.process_time()
            if self.step % SAVE_EVERY == 0 or self.step == end:
                self.save()
                corpus.refresh()


def parser(description: str, rate: float) -> argparse.ArgumentParser:
    """The options that both trainings have."""
    made = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    made.add_argument("data", type=Path)
    made.add_argument("checkpoint", type=Path)
    made.add_argument("--start", type=Path, metavar="WEIGHTS")
    made.add_argument("--steps", type=int, required=True)
    made.add_argument("--batch", type=int, default=8)
    made.add_argument("--rate", type=float, default=rate)
    made.add_argument("--bfloat16", action="store_true", help="if the processor multiplies it; others take twice as long")
    made.add_argument("--seed", type=int, default=1)
    made.add_argument("--threads", type=int, default=1)
    return made
