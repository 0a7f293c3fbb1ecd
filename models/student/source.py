"""From spectra to sound: a pulse train from F0, shaped by a mask, plus noise and a residual; one inverse STFT."""

import math

import torch
from torch import Tensor
from torch.nn import functional as F

from nets import BINS, FFT, HOP

SAMPLE_RATE = 24000
# Below this F0 a frame is unvoiced.
VOICED_ABOVE = 40.0
# Harmonics reach up to here; above it speech is noise.
HIGHEST_HARMONIC = 11000.0
# exp() of it is far louder than any speech; it keeps a stray weight from overflowing.
MOST_LOG_MAGNITUDE = 7.0


def pulses(f0: Tensor) -> Tensor:
    """A pulse train [B, F * HOP] with the fundamental `f0` [B, F] in Hz and all harmonics at equal strength.

    The sum of cos(n phase) for n = 1..N is sin((N + 1/2) phase) / (2 sin(phase / 2)) - 1/2 (Dirichlet kernel).
    """
    hz = F.interpolate(f0[:, None], scale_factor=HOP, mode="linear", align_corners=False)[:, 0]
    voiced, hz = hz > VOICED_ABOVE, hz.clamp(min=VOICED_ABOVE)
    phase = (torch.cumsum(hz.double() / SAMPLE_RATE, 1) % 1.0 * 2 * math.pi).float()
    count = torch.floor(HIGHEST_HARMONIC / hz) + 0.5
    below = 2 * torch.sin(phase * 0.5)
    at_peak = below.abs() <= 2e-3
    kernel = torch.where(at_peak, count, torch.sin(count * phase) / torch.where(at_peak, 1.0, below))
    return (kernel - 0.5) * voiced


def synthesize(spectra: Tensor, f0: Tensor, noise: Tensor | None = None) -> Tensor:
    """`spectra` [B, 5 * BINS, F] and f0 [B, F] to samples [B, F * HOP].

    The five parts: log magnitude and phase (as pi tanh) of the mask on the pulses, log magnitude of the noise, log
    magnitude and phase of the residual. `noise` [B, BINS, F] is complex, with unit variance in both parts.
    """
    mask, mask_phase, hiss, residual, residual_phase = spectra.split(BINS, 1)
    window = torch.hann_window(FFT, device=spectra.device)
    stft = dict(n_fft=FFT, hop_length=HOP, win_length=FFT, window=window, center=True)
    source = torch.stft(pulses(f0), **stft, pad_mode="constant", return_complex=True)[:, :, : f0.shape[1]] / (FFT / 4)
    if noise is None:
        noise = torch.view_as_complex(torch.randn(*mask.shape, 2, device=spectra.device))
    magnitude = lambda log: torch.exp(log.clamp(max=MOST_LOG_MAGNITUDE))
    spectrum = (
        torch.polar(magnitude(mask), math.pi * torch.tanh(mask_phase)) * source
        + magnitude(hiss) * noise
        + torch.polar(magnitude(residual), residual_phase)
    )
    return torch.istft(spectrum, **stft, length=f0.shape[1] * HOP)
