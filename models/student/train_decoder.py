"""Trains the decoder: symbols, F0 and energy of the teacher to its sound.

    train_decoder.py DATA CHECKPOINT --steps 4000 [--start WEIGHTS] [--adversarial]

Goes on from CHECKPOINT if it is there, else from WEIGHTS (`weights.safetensors` here, or what `start.py` makes). Stop it at any time.
"""

import argparse

import torch

import losses
import training
from data import Clips, Corpus, clips
from nets import HOP, Decoder
from source import synthesize

REPORT_EVERY = 50
# Samples at the cuts of a clip that the inverse STFT does not know enough about.
EDGE = 3 * HOP
# The critics see a shorter stretch than the spectral distance.
CRITIC_SAMPLES = 40 * HOP
SPECTRAL_WEIGHT, FEATURE_WEIGHT = 8.0, 2.0


def main() -> None:
    arguments = parse()
    torch.set_num_threads(arguments.threads)
    Training(arguments).run(Corpus(arguments.data, with_audio=True), REPORT_EVERY)


class Training(training.Training):
    """The decoder and its critics."""

    def __init__(self, arguments: argparse.Namespace):
        torch.manual_seed(arguments.seed)
        self.critics = losses.critics()
        super().__init__(arguments, "decoder", Decoder(), betas=(0.8, 0.99))
        self.critic_optimizer = torch.optim.AdamW(self.critics.parameters(), arguments.critic_rate, betas=(0.8, 0.99))
        self.parts |= {"critics": self.critics, "critic_optimizer": self.critic_optimizer}
        self.resume()

    def advance(self, utterances: list) -> dict[str, float]:
        batch = clips(self.rng.choices(utterances, k=self.arguments.batch), self.arguments.frames, self.rng)
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
        self.improve(loss, longest_gradient=5.0)
        return {name: float(value.detach()) for name, value in seen.items()}

    def sound(self, batch: Clips) -> torch.Tensor:
        with self.precision():
            text = self.net.text(batch.texts.ids, batch.texts.style, batch.texts.present)
            columns = torch.gather(text, 2, batch.owners[:, None].expand(-1, text.shape[1], -1))
            spectra = self.net(columns, batch.f0, batch.energy, batch.texts.style)
        return synthesize(spectra.float(), batch.f0)

    def improve_critics(self, made: torch.Tensor, real: torch.Tensor) -> torch.Tensor:
        with self.precision():
            loss = sum(losses.critic_loss(critic, made, real) for critic in self.critics)
        self.critic_optimizer.zero_grad()
        loss.backward()
        self.critic_optimizer.step()
        return loss / len(self.critics)

    def judged(self, made: torch.Tensor, real: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        with self.precision():
            pairs = [losses.maker_loss(critic, made, real) for critic in self.critics]
        fooled, features = zip(*pairs)
        return sum(fooled).float(), sum(features).float()


def parse() -> argparse.Namespace:
    parser = training.parser(__doc__, rate=1.5e-4)
    parser.add_argument("--adversarial", action="store_true")
    parser.add_argument("--frames", type=int, default=86, help="of a clip, at 80 Hz")
    parser.add_argument("--critic-rate", type=float, default=5e-4)
    return parser.parse_args()


if __name__ == "__main__":
    main()
