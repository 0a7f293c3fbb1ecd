"""Trains the prosody net: symbols to the teacher's durations, F0 and energy.

    train_prosody.py DATA CHECKPOINT --steps 3000 [--start WEIGHTS]

Goes on from CHECKPOINT if it is there, else from WEIGHTS (`weights.safetensors` here, or what `start.py` makes). Stop it at any time.
"""

import argparse
import random
import time
from pathlib import Path

import torch
from torch import nn

import weights
from data import Corpus, Utterance, texts
from nets import Prosody
from training import WARM_UP, Average, Tally, optimizer, save, set_rate

REPORT_EVERY, SAVE_EVERY = 100, 200
# Weights of the three distances; F0 in units of a tenth of a voice's own pitch would hide tones, so it is in Hz / 100
# at 220 Hz and in proportion for other voices.
DURATION_WEIGHT, F0_WEIGHT, ENERGY_WEIGHT = 2.0, 2.0, 1.0
MIDDLE_F0 = 220.0


def main() -> None:
    arguments = parse()
    torch.set_num_threads(arguments.threads)
    training = Training(arguments)
    corpus = Corpus(arguments.data, with_audio=False)
    print(f"{len(corpus.training)} utterances, from step {training.step}", flush=True)
    tally, started = Tally(), time.process_time()
    end = training.step + arguments.steps
    while training.step < end:
        tally.add(**training.advance(corpus.training))
        if training.step % REPORT_EVERY == 0:
            seconds = (time.process_time() - started) / REPORT_EVERY
            print(training.step, tally.report(), "held out", training.held_out(corpus.held_out), end=" ")
            print(f"cpu {seconds:.2f} s a step", flush=True)
            started = time.process_time()
        if training.step % SAVE_EVERY == 0 or training.step == end:
            training.save()
            corpus.refresh()


class Training:
    """The net, what improves it, and where it stands."""

    def __init__(self, arguments: argparse.Namespace):
        self.arguments, self.step = arguments, 0
        torch.manual_seed(arguments.seed)
        self.net = Prosody()
        if arguments.start and not arguments.checkpoint.exists():
            weights.load(arguments.start, "prosody", self.net)
        self.average = Average(self.net)
        self.optimizer = optimizer(self.net, arguments.rate, betas=(0.9, 0.99))
        self.parts = {"prosody": self.net, "average": self.average.net, "optimizer": self.optimizer}
        if arguments.checkpoint.exists():
            stored = torch.load(arguments.checkpoint)
            self.step, self.average.updates = stored["step"], stored["updates"]
            for name, part in self.parts.items():
                part.load_state_dict(stored[name])
        self.began = self.step
        self.rng = random.Random(arguments.seed + self.step)

    def advance(self, utterances: list[Utterance]) -> dict[str, float]:
        set_rate(self.optimizer, self.arguments.rate * min(1.0, (self.step - self.began + 1) / WARM_UP))
        distances = self.distances(self.net, self.rng.choices(utterances, k=self.arguments.batch))
        duration, f0, energy = distances
        self.optimizer.zero_grad()
        (DURATION_WEIGHT * duration + F0_WEIGHT * f0 + ENERGY_WEIGHT * energy).backward()
        nn.utils.clip_grad_norm_(self.net.parameters(), 1.0)
        self.optimizer.step()
        self.average.update(self.net)
        self.step += 1
        return dict(zip(("durations", "f0", "energy"), map(float, distances)))

    def distances(self, net: Prosody, utterances: list[Utterance]) -> list[torch.Tensor]:
        """Mean distances of log durations, F0 (by 100 Hz) and energy (by 5)."""
        batch = texts(utterances)
        with torch.autocast("cpu", torch.bfloat16):
            text = net.text(batch.ids, batch.style, batch.present)
            made = net.log_durations(text)
            columns = [text[i, :, : len(one.ids)].repeat_interleave(one.durations, 1) for i, one in enumerate(utterances)]
            f0, energy = net.curves(padded(columns), batch.style)
        wanted = padded([torch.log1p(one.durations.float())[None] for one in utterances])[:, 0]
        of_voice = torch.stack([pitch(one) for one in utterances])[:, None] / MIDDLE_F0
        there = padded([torch.ones(1, one.frames) for one in utterances])[:, 0]
        wanted_f0, wanted_energy = (
            padded([getattr(one, name)[None] for one in utterances])[:, 0] for name in ("f0", "energy")
        )
        mean = lambda distance, mask: (distance * mask).sum() / mask.sum()
        return [
            mean((made - wanted).abs(), batch.present),
            mean((f0 - wanted_f0).abs() / (100 * of_voice), there),
            mean((energy - wanted_energy).abs() / 5, there),
        ]

    @torch.no_grad()
    def held_out(self, utterances: list[Utterance]) -> str:
        some = utterances[:48]
        return " ".join(f"{float(distance):.4f}" for distance in self.distances(self.average.net, some)) if some else "-"

    def save(self) -> None:
        states = {name: part.state_dict() for name, part in self.parts.items()}
        save(self.arguments.checkpoint, {"step": self.step, "updates": self.average.updates, **states})


def pitch(one: Utterance) -> torch.Tensor:
    """The median F0 of the voiced frames; that of a middle voice where there are none."""
    voiced = one.f0[one.f0 > 50]
    return voiced.median() if len(voiced) else torch.tensor(MIDDLE_F0)


def padded(rows: list[torch.Tensor]) -> torch.Tensor:
    """Rows [width, n] of different n as [B, width, longest]."""
    longest = max(row.shape[1] for row in rows)
    return torch.stack([nn.functional.pad(row, (0, longest - row.shape[1])) for row in rows])


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("checkpoint", type=Path)
    parser.add_argument("--start", type=Path, metavar="WEIGHTS")
    parser.add_argument("--steps", type=int, required=True)
    parser.add_argument("--batch", type=int, default=8)
    parser.add_argument("--rate", type=float, default=3e-4)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=1)
    return parser.parse_args()


if __name__ == "__main__":
    main()
