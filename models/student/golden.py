"""Writes tests/golden/student: a tiny voice of the kind `student` with random weights, and what it must say.

    python models/student/golden.py

The nets run in PyTorch, the synthesis in numpy with f64, both apart from what the engine uses. The golden has, for
each line of `lines.txt` (speaker, ratios of lengths, pitch and loudness, symbols): `durations`, `f0`, `energy` as
predicted, and the `samples`. Needs `torch`, `onnx` and `numpy`.
"""

import hashlib
import io
import json
import sys
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper
from torch import nn
from torch.nn import functional as F

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from sambert import tensor_file  # noqa: E402

OUTPUT = Path(__file__).resolve().parents[2] / "tests/golden/student"
RATE, HOP = 24_000, 20
FFT, BINS, PARTS = 4 * HOP, 2 * HOP + 1, 5
STYLE, PROSODY, TIMBRE, WIDTH = 4, 6, 5, 12
# Two convolutions of seven.
CONTEXT = 6
F0_RANGE = (120.0, 260.0)
SYMBOLS = " ,.!?;:…—AIOWYabdefhijklmnopstuvwxyzɑæɔɕðʤəɚɛɜɡɥɨɪŋθɹɻʂʃʧʊʌɤʒˈˌʰʦʨꭧ↓→↗↘"
SPEAKERS = {"qing": ("female", [1.0, 0.0, 0.5, 0.0]), "song": ("male", [0.0, 1.0, 0.0, -0.5])}
LINES = """
qing 1 1 1 $ n i ↗ x a u ↓ , _ ʂ ɨ ↘ ʨ j e ↘ . $
song 1.6 1 1 $ w o ↓ _ ʂ w o → _ h ə l ˈ O , _ m a ? $
qing:0.7,song:0.3 1 0.6 0.5 $ x w a → ɹ . $
song 0.5 1.9 2 $ t ʰ j ɛ → n ʨ ʰ i ↘ _ ˌ A ˈ I _ x ə ↗ n x a u ↓ ! $
song 1 1 1 $ m ˈ A b i , _ h ə l ˈ O _ w ˈ ɜ ɹ l d . $
qing 1 1 1 $ $
"""


class Encoder(nn.Module):
    def __init__(self):
        super().__init__()
        self.embedding = nn.Embedding(len(SYMBOLS) + 1, PROSODY + TIMBRE)
        self.style = nn.Linear(STYLE, PROSODY + TIMBRE)
        self.near = nn.Conv1d(PROSODY + TIMBRE, PROSODY + TIMBRE, 3, padding=1)
        self.duration = nn.Conv1d(PROSODY, 1, 1)

    def forward(self, ids, style):
        x = (self.embedding(ids) + self.style(style)[:, None]).transpose(1, 2)
        x = x + torch.tanh(self.near(x))
        prosody, timbre = x[:, :PROSODY], x[:, PROSODY:]
        return prosody, timbre, 1.3 + 0.4 * torch.tanh(self.duration(prosody))[:, 0]


class Curves(nn.Module):
    def __init__(self):
        super().__init__()
        self.near = nn.Conv1d(PROSODY, 4, 5, padding=2)
        self.style = nn.Linear(STYLE, 4)

    def forward(self, x, style):
        pairs = torch.tanh(self.near(x) + self.style(style)[:, :, None])
        f0, energy = (pairs[:, i : i + 2].transpose(1, 2).flatten(1) for i in (0, 2))
        return 190 * F.relu(f0 + 0.7) + 10, 3 * energy + 3


class Decoder(nn.Module):
    def __init__(self):
        super().__init__()
        self.inlet = nn.Conv1d(TIMBRE + 2, WIDTH, 7, padding=3)
        self.style = nn.Linear(STYLE, WIDTH)
        self.near = nn.Conv1d(WIDTH, WIDTH, 7, padding=3)
        self.head = nn.Linear(WIDTH, PARTS * BINS)
        # Speech is louder than its noise and its rest.
        level = torch.tensor([-0.5, 0.0, -5.0, -5.0, 0.0]).repeat_interleave(BINS)
        self.head.bias.data = level + 0.3 * torch.randn(PARTS * BINS)

    def forward(self, x, f0, energy, style):
        curves = torch.stack([torch.log1p(F.relu(f0)) / 5, energy / 5], 1)
        h = torch.tanh(self.inlet(torch.cat([x, curves], 1)) + self.style(style)[:, :, None])
        h = h + torch.tanh(self.near(h))
        return self.head(h.transpose(1, 2)).transpose(1, 2)


def pulses(f0):
    """Band-limited pulses of F0 in Hz for each frame."""
    place = np.clip((np.arange(len(f0) * HOP) + 0.5) / HOP - 0.5, 0, len(f0) - 1)
    hz = np.interp(place, np.arange(len(f0)), f0.astype(np.float64))
    voiced = hz > 40
    hz = np.maximum(hz, 40)
    phase = 2 * np.pi * (np.cumsum(hz / RATE) % 1)
    harmonics = np.floor(11_000 / hz) + 0.5
    below = 2 * np.sin(phase / 2)
    near = np.abs(below) <= 2e-3
    total = np.where(near, harmonics, np.sin(harmonics * phase) / np.where(near, 1, below))
    return (total - 0.5) * voiced


def noise(frames, seed=0):
    """Complex noise [BINS, frames], each value a function of its frame and bin."""
    numbers = np.arange(frames, dtype=np.uint64)[None] * np.uint64(1024) + np.arange(1, BINS + 1, dtype=np.uint64)[:, None]
    bits = np.uint64(seed) + np.uint64(0x9E3779B97F4A7C15) * numbers
    bits = (bits ^ (bits >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    bits = (bits ^ (bits >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    bits = bits ^ (bits >> np.uint64(31))
    a, b, c, d = (((bits >> np.uint64(16 * i)) & np.uint64(0xFFFF)).astype(np.float64) for i in range(4))
    unit = 65536 / np.sqrt(6)
    return ((a + b) - 65535) / unit + 1j * (((c + d) - 65535) / unit)


def synthesized(parts, f0, loudness):
    """Samples of parts [PARTS, BINS, frames]."""
    frames = len(f0)
    window = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(FFT) / FFT)
    padded = np.pad(pulses(f0), FFT // 2)
    cut = np.stack([padded[t * HOP : t * HOP + FFT] * window for t in range(frames)], 1)
    excitation = np.fft.rfft(cut, axis=0) / (FFT / 4)
    mask, turn, hiss, rest, phase = parts.astype(np.float64)
    size = lambda log: np.exp(np.minimum(log, 7))
    spectrum = size(mask) * np.exp(1j * np.pi * np.tanh(turn)) * excitation
    spectrum += size(hiss) * noise(frames) + size(rest) * np.exp(1j * phase)
    made = np.fft.irfft(spectrum * loudness, FFT, axis=0) * window[:, None]
    total, weight = np.zeros(frames * HOP + FFT), np.zeros(frames * HOP + FFT)
    for t in range(frames):
        total[t * HOP : t * HOP + FFT] += made[:, t]
        weight[t * HOP : t * HOP + FFT] += window**2
    inside = slice(FFT // 2, FFT // 2 + frames * HOP)
    return total[inside] / weight[inside]


def style(asked):
    """A speaker's style, or that of a mix."""
    shares = [part.partition(":") for part in asked.split(",")]
    weights = np.array([float(share or 1) for _, _, share in shares])
    styles = np.array([SPEAKERS[name][1] for name, _, _ in shares])
    return torch.tensor(weights / weights.sum() @ styles, dtype=torch.float32)[None]


def spoken(nets, line):
    """The golden arrays of a line."""
    encoder, curves, decoder = nets
    speaker, *ratios, symbols = line.split(" ", 4)
    lengths, pitch, loudness = map(float, ratios)
    ids = [0 if symbol == "$" else 1 + SYMBOLS.index(symbol.replace("_", " ")) for symbol in symbols.split()]
    voice = style(speaker)
    prosody, timbre, log_durations = encoder(torch.tensor([ids]), voice)
    durations = torch.round(torch.expm1(log_durations) * lengths).clamp(min=1).long()[0]
    f0, energy = curves(torch.repeat_interleave(prosody, durations, 2), voice)
    shifted = torch.where(f0 > 40, (f0 * pitch).clamp(45, 1000), f0)
    known = torch.where(f0 > 40, shifted.clamp(*F0_RANGE), f0)
    spectra = decoder(torch.repeat_interleave(timbre, 2 * durations, 2), known, energy, voice)
    samples = synthesized(spectra[0].view(PARTS, BINS, -1).numpy(), shifted[0].numpy(), loudness)
    return {
        "durations": durations.numpy(),
        "f0": f0[0].numpy(),
        "energy": energy[0].numpy(),
        "samples": samples.astype(np.float32),
    }


def graph(net, example, inputs, outputs):
    """ONNX bytes of a net, its matrix products in int8. `inputs` and `outputs` name the axes of any length."""
    made = io.BytesIO()
    axes = {name: lengths for name, lengths in (inputs | outputs).items() if lengths}
    names = {"input_names": list(inputs), "output_names": list(outputs)}
    torch.onnx.export(net, example, made, dynamic_axes=axes, opset_version=17, dynamo=False, **names)
    model = onnx.load_from_string(made.getvalue())
    for node in [node for node in model.graph.node if node.op_type == "MatMul"]:
        for tensor in [tensor for tensor in model.graph.initializer if tensor.name in node.input]:
            model.graph.initializer.remove(tensor)
            store_small(model.graph, tensor.name, numpy_helper.to_array(tensor))
    for node in model.graph.node:
        node.ClearField("doc_string")
    onnx.checker.check_model(model)
    return model.SerializeToString(deterministic=True)


def store_small(graph, name, values):
    """A matrix in int8 with a scale a column in f16, and the nodes that widen it again."""
    scale = scales(values)
    steps = np.rint(values / scale.astype(np.float32)).astype(np.int8)
    graph.initializer.append(numpy_helper.from_array(steps, f"{name}/steps"))
    graph.initializer.append(numpy_helper.from_array(scale, f"{name}/scale"))
    widen = lambda part: helper.make_node("Cast", [f"{name}/{part}"], [f"{name}/{part}/f32"], to=TensorProto.FLOAT)
    product = helper.make_node("Mul", [f"{name}/steps/f32", f"{name}/scale/f32"], [name])
    for i, node in enumerate([widen("steps"), widen("scale"), product]):
        graph.node.insert(i, node)


def scales(values):
    return (np.abs(values).max(0, keepdims=True) / 127).astype(np.float16)


def rounded(net):
    """The net with the matrices that `store_small` stores, so that the reference has the same weights."""
    if isinstance(net, Decoder):
        values = net.head.weight.detach().numpy().T
        scale = scales(values).astype(np.float32)
        net.head.weight.data = torch.from_numpy((np.rint(values / scale) * scale).T.copy())
    return net


def manifest(files):
    listed = [
        {"path": path, "bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()} for path, data in files.items()
    ]
    return {
        "format": 1,
        "id": "tiny",
        "kind": "student",
        "sample_rate": RATE,
        "hop": HOP,
        "symbols": {"$": 0} | {symbol: i for i, symbol in enumerate(SYMBOLS, 1)},
        "speakers": [{"name": name, "sex": sex, "style": style} for name, (sex, style) in SPEAKERS.items()],
        "limits": {"symbols": 60, "frames": 400},
        "f0": {"min": F0_RANGE[0], "max": F0_RANGE[1]},
        "context": CONTEXT,
        "stages": {name: {"file": f"{name}.onnx"} for name in ("encoder", "curves", "decoder")},
        "files": listed,
    }


@torch.no_grad()
def main():
    torch.manual_seed(5)
    encoder, curves, decoder = nets = [rounded(net().eval()) for net in (Encoder, Curves, Decoder)]
    ids, voice = torch.ones(1, 7, dtype=torch.long), style("qing")
    x, curve = torch.zeros(1, TIMBRE, 9), torch.zeros(1, 9)
    files = {
        "encoder.onnx": graph(
            encoder,
            (ids, voice),
            {"ids": {1: "L"}, "style": {}},
            {"prosody": {2: "L"}, "timbre": {2: "L"}, "log_durations": {1: "L"}},
        ),
        "curves.onnx": graph(
            curves,
            (torch.zeros(1, PROSODY, 9), voice),
            {"x": {2: "T"}, "style": {}},
            {"f0": {1: "F"}, "energy": {1: "F"}},
        ),
        "decoder.onnx": graph(
            decoder,
            (x, curve, curve, voice),
            {"x": {2: "F"}, "f0": {1: "F"}, "energy": {1: "F"}, "style": {}},
            {"parts": {2: "F"}},
        ),
    }
    lines = LINES.strip().splitlines()
    golden = {f"{i}/{name}": array for i, line in enumerate(lines) for name, array in spoken(nets, line).items()}
    OUTPUT.mkdir(parents=True, exist_ok=True)
    for path, data in files.items():
        (OUTPUT / path).write_bytes(data)
    (OUTPUT / "voice.json").write_text(json.dumps(manifest(files), ensure_ascii=False, indent=1) + "\n")
    (OUTPUT / "lines.txt").write_text("\n".join(lines) + "\n")
    (OUTPUT / "golden.safetensors").write_bytes(tensor_file.serialized(golden))
    for i, line in enumerate(lines):
        samples, f0 = golden[f"{i}/samples"], golden[f"{i}/f0"]
        level = np.sqrt(np.mean(samples**2))
        print(f"{line[:24]}: {len(samples)} samples, level {level:.3f}, F0 {f0.min():.0f} to {f0.max():.0f} Hz, "
              f"voiced {np.mean(f0 > 40):.2f}")


if __name__ == "__main__":
    main()
