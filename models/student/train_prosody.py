"""Trains the prosody net: symbols to the teacher's durations, F0 and energy.

    train_prosody.py DATA CHECKPOINT --steps 3000 [--start WEIGHTS]

Goes on from CHECKPOINT if it is there, else from WEIGHTS (`weights.safetensors` here, or what `start.py` makes). Stop it at any time.
"""

import argparse

import torch
from torch import nn

import training
from data import Corpus, Utterance, texts
from nets import Prosody

REPORT_EVERY = 100
# Weights of the three distances; F0 in units of a tenth of a voice's own pitch would hide tones, so it is in Hz / 100
# at 220 Hz and in proportion for other voices.
DURATION_WEIGHT, F0_WEIGHT, ENERGY_WEIGHT = 2.0, 2.0, 1.0
MIDDLE_F0 = 220.0


def main() -> None:
    arguments = training.parser(__doc__, rate=3e-4).parse_args()
    torch.set_num_threads(arguments.threads)
    Training(arguments).run(Corpus(arguments.data, with_audio=False), REPORT_EVERY)


class Training(training.Training):
    """The prosody net."""

    def __init__(self, arguments: argparse.Namespace):
        torch.manual_seed(arguments.seed)
        super().__init__(arguments, "prosody", Prosody(), betas=(0.9, 0.99))
        self.resume()

    def advance(self, utterances: list[Utterance]) -> dict[str, float]:
        distances = self.distances(self.net, self.rng.choices(utterances, k=self.arguments.batch))
        duration, f0, energy = distances
        self.improve(DURATION_WEIGHT * duration + F0_WEIGHT * f0 + ENERGY_WEIGHT * energy, longest_gradient=1.0)
        return {name: float(distance.detach()) for name, distance in zip(("durations", "f0", "energy"), distances)}

    def distances(self, net: Prosody, utterances: list[Utterance]) -> list[torch.Tensor]:
        """Mean distances of log durations, F0 (by 100 Hz) and energy (by 5)."""
        batch = texts(utterances)
        with self.precision():
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
    def report(self, corpus: Corpus) -> str:
        some = corpus.held_out[:48]
        distances = self.distances(self.average.net, some) if some else []
        return "held out " + " ".join(f"{float(distance):.4f}" for distance in distances)


def pitch(one: Utterance) -> torch.Tensor:
    """The median F0 of the voiced frames; that of a middle voice where there are none."""
    voiced = one.f0[one.f0 > 50]
    return voiced.median() if len(voiced) else torch.tensor(MIDDLE_F0)


def padded(rows: list[torch.Tensor]) -> torch.Tensor:
    """Rows [width, n] of different n as [B, width, longest]."""
    longest = max(row.shape[1] for row in rows)
    return torch.stack([nn.functional.pad(row, (0, longest - row.shape[1])) for row in rows])


if __name__ == "__main__":
    main()
