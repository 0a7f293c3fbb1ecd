"""What a decoder is trained by: distances of spectra, and critics of spectrograms."""

import torch
from torch import Tensor, nn
from torch.nn import functional as F
from torch.nn.utils.parametrizations import weight_norm

# FFT length and hop of the spectra that are compared.
RESOLUTIONS = [(256, 64), (512, 128), (1024, 256), (2048, 512)]
CRITIC_RESOLUTIONS = [(512, 128), (1024, 256), (2048, 512)]
QUIETEST = 1e-5


def magnitude(audio: Tensor, fft: int, hop: int) -> Tensor:
    """[B, samples] to [B, bins, frames]."""
    window = torch.hann_window(fft)
    return torch.stft(audio, fft, hop, fft, window, return_complex=True).abs().clamp(min=QUIETEST)


def spectral_distance(made: Tensor, real: Tensor) -> Tensor:
    """Multi-resolution STFT loss (Yamamoto et al. 2020): log magnitudes, and spectral convergence."""
    total = 0.0
    for fft, hop in RESOLUTIONS:
        a, b = magnitude(made, fft, hop), magnitude(real, fft, hop)
        total = total + (a.log() - b.log()).abs().mean() + (a - b).norm() / b.norm()
    return total / len(RESOLUTIONS)


class Critic(nn.Module):
    """Looks at log-magnitude spectrograms of one resolution."""

    def __init__(self, fft: int, hop: int, width: int = 16):
        super().__init__()
        self.fft, self.hop = fft, hop
        shapes = [(1, (9, 3), (2, 1)), (width, (9, 3), (2, 2)), (width, (9, 3), (2, 1)), (width, (5, 3), (2, 2))]
        self.layers = nn.ModuleList(
            weight_norm(nn.Conv2d(inputs, width, kernel, stride, [k // 2 for k in kernel]))
            for inputs, kernel, stride in shapes
        )
        self.verdict = weight_norm(nn.Conv2d(width, 1, 3, padding=1))

    def forward(self, audio: Tensor) -> tuple[Tensor, list[Tensor]]:
        """The verdicts (above 0: real) and what the layers saw."""
        x = magnitude(audio, self.fft, self.hop).log()[:, None] / 4 + 1
        seen = []
        for layer in self.layers:
            x = F.leaky_relu(layer(x), 0.1)
            seen.append(x)
        return self.verdict(x), seen


def critics() -> nn.ModuleList:
    return nn.ModuleList(Critic(*resolution) for resolution in CRITIC_RESOLUTIONS)


def critic_loss(critic: Critic, made: Tensor, real: Tensor) -> Tensor:
    """Hinge loss: 2 for a critic that knows nothing."""
    return F.relu(1 - critic(real)[0]).mean() + F.relu(1 + critic(made)[0]).mean()


def maker_loss(critic: Critic, made: Tensor, real: Tensor) -> tuple[Tensor, Tensor]:
    """How far the critic is from taking `made` for real, and the distance of what its layers see."""
    verdict, seen = critic(made)
    with torch.no_grad():
        _, wanted = critic(real)
    distances = [(a - b).abs().mean() / (b.abs().mean() + 1e-3) for a, b in zip(seen, wanted)]
    return -verdict.mean(), sum(distances) / len(distances)
