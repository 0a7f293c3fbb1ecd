"""The student's nets: symbols to durations, F0, energy, and the spectra that a pulse train and noise are shaped with.

Shapes: B texts, L symbols, T frames at 40 Hz, F = 2 T frames at 80 Hz. The nets are small enough for a browser: 6.2
million parameters, 0.9 GFLOP for a second of speech. The blocks are those of ConvNeXt (Liu et al. 2022) in one
dimension, as Vocos (Siuzdak 2023) uses them for speech.
"""

import math

import torch
from torch import Tensor, nn
from torch.nn import functional as F

SYMBOLS = 178
# A voice is a unit vector of this length; what lies between two of them is a mix of both voices.
STYLE = 16
TIMBRE, PROSODY, DECODER = 128, 192, 256
HOP = 300
FFT = 4 * HOP
BINS = FFT // 2 + 1
# F0 and energy leave the nets in these units, so that their weights stay near one.
F0_UNIT, ENERGY_UNIT = 100.0, 5.0


class ConvNeXt(nn.Module):
    """Depthwise convolution, then a wide layer for each frame, added to the input. [B, width, n] to the same."""

    def __init__(self, width: int, inner: int, kernel: int, dilation: int = 1):
        super().__init__()
        padding = kernel // 2 * dilation
        self.depthwise = nn.Conv1d(width, width, kernel, padding=padding, groups=width, dilation=dilation)
        self.norm = nn.LayerNorm(width)
        self.widen = nn.Linear(width, inner)
        self.narrow = nn.Linear(inner, width)
        self.scale = nn.Parameter(torch.full((width,), 0.1))

    def forward(self, x: Tensor) -> Tensor:
        h = self.norm(self.depthwise(x).transpose(1, 2))
        h = self.scale * self.narrow(F.gelu(self.widen(h)))
        return x + h.transpose(1, 2)


class Attention(nn.Module):
    """A pre-norm transformer layer. Its length stays symbolic in ONNX, which PyTorch's own layer does not allow."""

    def __init__(self, width: int, inner: int, heads: int = 2):
        super().__init__()
        self.width, self.heads = width, heads
        self.attention_norm = nn.LayerNorm(width)
        self.qkv = nn.Linear(width, 3 * width)
        self.out = nn.Linear(width, width)
        self.norm = nn.LayerNorm(width)
        self.widen = nn.Linear(width, inner)
        self.narrow = nn.Linear(inner, width)

    def forward(self, x: Tensor, mask: Tensor | None) -> Tensor:
        """x [B, L, width]; mask [B, 1, L] is 0 where there is a symbol and minus infinity where there is none."""
        # Parts of a known size are one node in ONNX; chunks are ten each, which every start of the engine pays for.
        parts = self.qkv(self.attention_norm(x)).split(self.width // self.heads, -1)
        heads = []
        for q, k, v in (parts[head :: self.heads] for head in range(self.heads)):
            scores = q @ k.transpose(1, 2) / math.sqrt(q.shape[-1])
            heads.append(torch.softmax(scores if mask is None else scores + mask, -1) @ v)
        x = x + self.out(torch.cat(heads, -1))
        return x + self.narrow(F.gelu(self.widen(self.norm(x))))


class TextEncoder(nn.Module):
    """Symbols to a column each. One transformer layer is applied several times, with shared weights."""

    def __init__(self, width: int, inner: int, passes: int):
        super().__init__()
        self.passes = passes
        self.embedding = nn.Embedding(SYMBOLS, width)
        self.style = nn.Linear(STYLE, width, bias=False)
        self.blocks = nn.ModuleList(ConvNeXt(width, inner, 5) for _ in range(2))
        self.layer = Attention(width, inner)
        self.norm = nn.LayerNorm(width)
        nn.init.zeros_(self.style.weight)

    def forward(self, ids: Tensor, style: Tensor, present: Tensor | None = None) -> Tensor:
        """ids [B, L], style [B, STYLE], present [B, L] (1 for a symbol, 0 for padding) to [B, width, L]."""
        x = (self.embedding(ids) + self.style(style)[:, None]).transpose(1, 2)
        for block in self.blocks:
            x = block(x if present is None else x * present[:, None])
        mask = None if present is None else torch.log(present)[:, None]
        x = x.transpose(1, 2)
        for _ in range(self.passes):
            x = self.layer(x, mask)
        return self.norm(x).transpose(1, 2)


class Prosody(nn.Module):
    """Durations, F0 and energy."""

    def __init__(self):
        super().__init__()
        self.text = TextEncoder(PROSODY, 384, passes=6)
        self.duration = nn.Sequential(nn.Conv1d(PROSODY, PROSODY, 3, padding=1), nn.GELU(), nn.Conv1d(PROSODY, 1, 1))
        self.inlet = nn.Conv1d(PROSODY, PROSODY, 1)
        self.style = nn.Linear(STYLE, PROSODY, bias=False)
        self.blocks = nn.ModuleList(ConvNeXt(PROSODY, 384, 7, dilation) for dilation in (1, 2, 4, 8, 1, 2))
        self.outlet = nn.Conv1d(PROSODY, 4, 1)
        nn.init.zeros_(self.style.weight)

    def log_durations(self, text: Tensor) -> Tensor:
        """text [B, PROSODY, L] to log(1 + frames) at 40 Hz, [B, L]."""
        return self.duration(text)[:, 0]

    def curves(self, x: Tensor, style: Tensor) -> tuple[Tensor, Tensor]:
        """x [B, PROSODY, T]: the columns of the text repeated by the durations. F0 in Hz and energy, [B, 2 T] each."""
        h = self.inlet(x) + self.style(style)[:, :, None]
        for block in self.blocks:
            h = block(h)
        pairs = self.outlet(h)
        f0, energy = (pairs[:, i : i + 2].transpose(1, 2).flatten(1) for i in (0, 2))
        return f0 * F0_UNIT, energy * ENERGY_UNIT


class Decoder(nn.Module):
    """Text, F0 and energy to the spectra of each frame."""

    def __init__(self):
        super().__init__()
        self.text = TextEncoder(TIMBRE, 256, passes=4)
        self.inlet = nn.Conv1d(TIMBRE + 2, DECODER, 7, padding=3)
        self.style = nn.Linear(STYLE, DECODER, bias=False)
        self.blocks = nn.ModuleList(ConvNeXt(DECODER, 768, 7) for _ in range(8))
        self.norm = nn.LayerNorm(DECODER)
        self.head = nn.Linear(DECODER, 5 * BINS)
        nn.init.zeros_(self.style.weight)

    def forward(self, x: Tensor, f0: Tensor, energy: Tensor, style: Tensor) -> Tensor:
        """x [B, TIMBRE, F], f0 and energy [B, F] to [B, 5 * BINS, F], in the order of `source.synthesize`."""
        curves = torch.stack([torch.log1p(F.relu(f0)) / 5, energy / ENERGY_UNIT], 1)
        h = self.inlet(torch.cat([x, curves], 1)) + self.style(style)[:, :, None]
        for block in self.blocks:
            h = block(h)
        return self.head(self.norm(h.transpose(1, 2))).transpose(1, 2)


def style_of(voice: int) -> Tensor:
    """The style of a voice by its number."""
    return F.one_hot(torch.tensor(voice), STYLE).float()
