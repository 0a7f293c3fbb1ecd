"""Trains the decoder: symbols, F0 and energy of the teacher to its sound.

    train_decoder.py DATA CHECKPOINT --steps 4000 [--start WEIGHTS] [--adversarial]

Goes on from CHECKPOINT if it is there, else from WEIGHTS (`weights.safetensors` here, or what `start.py` makes). Stop it at any time.
"""

import argparse
import random
import time
from pathlib import Path

import torch
from torch import nn

import losses
import weights
from data import Clips, Corpus, clips
from nets import HOP, Decoder
from source import synthesize
from training import WARM_UP, Average, Tally, optimizer, save, set_rate

REPORT_EVERY, SAVE_EVERY = 50, 200
# Samples at the cuts of a clip that the inverse STFT does not know enough about.
EDGE = 3 * HOP
# The critics see a shorter stretch than the spectral distance.
CRITIC_SAMPLES = 40 * HOP
SPECTRAL_WEIGHT, FEATURE_WEIGHT = 8.0, 2.0


def main() -> None:
    arguments = parse()
    torch.set_num_threads(arguments.threads)
    training = Training(arguments)
    corpus = Corpus(arguments.data, with_audio=True)
    print(f"{len(corpus.training)} utterances, from step {training.step}", flush=True)
    tally, started = Tally(), time.process_time()
    end = training.step + arguments.steps
    while training.step < end:
        tally.add(**training.advance(corpus.training))
        if training.step % REPORT_EVERY == 0:
            seconds = (time.process_time() - started) / REPORT_EVERY
            print(training.step, tally.report(), f"cpu {seconds:.2f} s a step", flush=True)
            started = time.process_time()
        if training.step % SAVE_EVERY == 0 or training.step == end:
            training.save()
            corpus.refresh()


class Training:
    """The nets, what improves them, and where they stand."""

    def __init__(self, arguments: argparse.Namespace):
        self.arguments, self.step = arguments, 0
        torch.manual_seed(arguments.seed)
        self.decoder, self.critics = Decoder(), losses.critics()
        if arguments.start and not arguments.checkpoint.exists():
            weights.load(arguments.start, "decoder", self.decoder)
        self.average = Average(self.decoder)
        self.optimizer = optimizer(self.decoder, arguments.rate)
        self.critic_optimizer = torch.optim.AdamW(self.critics.parameters(), arguments.critic_rate, betas=(0.8, 0.99))
        self.parts = {
            "decoder": self.decoder, "average": self.average.net, "critics": self.critics,
            "optimizer": self.optimizer, "critic_optimizer": self.critic_optimizer,
        }  # fmt: skip
        if arguments.checkpoint.exists():
            stored = torch.load(arguments.checkpoint)
            self.step, self.average.updates = stored["step"], stored["updates"]
            for name, part in self.parts.items():
                part.load_state_dict(stored[name])
        self.began = self.step
        torch.manual_seed(arguments.seed + self.step)
        self.rng = random.Random(arguments.seed + self.step)

    def advance(self, utterances: list) -> dict[str, float]:
        batch = clips(self.rng.choices(utterances, k=self.arguments.batch), self.arguments.frames, self.rng)
        rate = self.arguments.rate * min(1.0, (self.step - self.began + 1) / WARM_UP)
        set_rate(self.optimizer, rate)
        made = self.sound(batch)[:, EDGE:-EDGE]
        real = batch.audio[:, EDGE:-EDGE]
        spectral = losses.spectral_distance(made, real)
        loss, seen = spectral, {"spectral": spectral}
        if self.arguments.adversarial:
            start = self.rng.randint(0, max(0, made.shape[1] - CRITIC_SAMPLES))
            part = slice(start, start + CRITIC_SAMPLES)
            seen["critics"] = self.improve_critics(made[:, part].detach(), real[:, part])
            fooled, features = self.judged(made[:, part], real[:, part])
            loss = SPECTRAL_WEIGHT * spectral + fooled + FEATURE_WEIGHT * features
            seen |= {"fooled": fooled, "features": features}
        self.optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(self.decoder.parameters(), 5.0)
        self.optimizer.step()
        self.average.update(self.decoder)
        self.step += 1
        return {name: float(value.detach()) for name, value in seen.items()}

    def sound(self, batch: Clips) -> torch.Tensor:
        with torch.autocast("cpu", torch.bfloat16):
            text = self.decoder.text(batch.texts.ids, batch.texts.style, batch.texts.present)
            columns = torch.gather(text, 2, batch.owners[:, None].expand(-1, text.shape[1], -1))
            spectra = self.decoder(columns, batch.f0, batch.energy, batch.texts.style)
        return synthesize(spectra.float(), batch.f0)

    def improve_critics(self, made: torch.Tensor, real: torch.Tensor) -> torch.Tensor:
        with torch.autocast("cpu", torch.bfloat16):
            loss = sum(losses.critic_loss(critic, made, real) for critic in self.critics)
        self.critic_optimizer.zero_grad()
        loss.backward()
        self.critic_optimizer.step()
        return loss / len(self.critics)

    def judged(self, made: torch.Tensor, real: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        with torch.autocast("cpu", torch.bfloat16):
            pairs = [losses.maker_loss(critic, made, real) for critic in self.critics]
        fooled, features = zip(*pairs)
        return sum(fooled).float(), sum(features).float()

    def save(self) -> None:
        states = {name: part.state_dict() for name, part in self.parts.items()}
        save(self.arguments.checkpoint, {"step": self.step, "updates": self.average.updates, **states})


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("checkpoint", type=Path)
    parser.add_argument("--start", type=Path, metavar="WEIGHTS")
    parser.add_argument("--steps", type=int, required=True)
    parser.add_argument("--adversarial", action="store_true")
    parser.add_argument("--batch", type=int, default=8)
    parser.add_argument("--frames", type=int, default=86, help="of a clip, at 80 Hz")
    parser.add_argument("--rate", type=float, default=1.5e-4)
    parser.add_argument("--critic-rate", type=float, default=5e-4)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=1)
    return parser.parse_args()


if __name__ == "__main__":
    main()
