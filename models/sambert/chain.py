"""A finished pack run from symbols to sound, the way the engine runs it. For the checks only.

Nets run in onnxruntime, or where that isn't installed in the far slower reference evaluator of onnx. The step nets
are in plain numpy here, over `steps.safetensors`; `Twins` runs the same through their ONNX twins.
"""

import json
import re
from pathlib import Path

import numpy as np
from onnx.reference import ReferenceEvaluator

from . import storage, tensor_file

try:
    import onnxruntime
except ImportError:
    onnxruntime = None

TRACKS = ("sy", "tone", "syllable_flag", "word_segment", "emotion", "speaker")


class Pack:
    """Every array has the shape and name of the pack's own inputs and outputs, without the batch."""

    def __init__(self, folder):
        self.folder = Path(folder)
        self.manifest = json.loads((self.folder / "voice.json").read_bytes())
        self.acoustic = self.manifest["acoustic"]
        self.named = _named(self.folder / self.manifest["stages"]["steps"]["file"])
        self._nets = {}

    def ids(self, line):
        """Ids of the six tracks of a line of symbols: `{phone$tone$syllable$word$emotion$speaker} ...`."""
        tables = [self.manifest["symbols"][track] for track in TRACKS]
        symbols = [symbol.split("$") for symbol in re.findall(r"\{([^}]*)\}", line)]
        return {t: np.array([tables[i].index(s[i]) for s in symbols], np.int64) for i, t in enumerate(TRACKS)}

    def encode(self, ids):
        """text_hid [T, Dt], emo [T, De], spk [T, Ds]."""
        return [values[0] for values in self.run("encoder.onnx", **{t: ids[t][None] for t in TRACKS})]

    def contours(self, text, emo, spk):
        """pitch [T], energy [T]."""
        found = self.run("variance.onnx", text_hid=text[None], emo=emo[None], spk=spk[None])
        return [values[0] for values in found]

    def augmented(self, text, pitch, energy):
        """Pitch and energy added to the text, [T, Dt]."""
        total = text.copy()
        for name, contour in (("pitch_emb", pitch), ("energy_emb", energy)):
            kernel = self.named[f"{name}.weight"]
            side = kernel.shape[1] // 2
            windows = np.lib.stride_tricks.sliding_window_view(np.pad(contour, side), kernel.shape[1])
            total += windows @ kernel.T + self.named[f"{name}.bias"]
        return total

    def log_durations(self, aug, emo, spk):
        """log(frames + 1) of each symbol, each from the one before."""
        cond = np.concatenate([aug, spk, emo], axis=1)
        state, y, found = self._duration_start(), np.zeros(1, np.float32), []
        for row in cond:
            y, state = self.duration_step(y, row, state)
            found.append(y[0])
        return np.array(found)

    def _duration_start(self):
        hidden = self.named["duration.lstm.0.w_hh"].shape[1]
        return [np.zeros(hidden, np.float32)] * 4

    def duration_step(self, y, cond, state):
        x = y
        for index in range(_count(self.named, "duration.prenet")):
            x = np.maximum(self.row(f"duration.prenet.{index}", x), 0)
        x, after = np.concatenate([x, cond]), []
        for layer in range(2):
            x, cell = self._cell(f"duration.lstm.{layer}", x, *state[2 * layer : 2 * layer + 2])
            after += [x, cell]
        return np.maximum(self.row("duration.out", x), 0), after

    def _cell(self, name, x, h, c):
        gates = self.named[f"{name}.w_ih"] @ x + self.named[f"{name}.w_hh"] @ h + self.named[f"{name}.bias"]
        i, f, g, o = np.split(gates, 4)
        cell = _sigmoid(f) * c + _sigmoid(i) * np.tanh(g)
        return _sigmoid(o) * np.tanh(cell), cell

    def memory(self, aug, emo, spk, repeats):
        """Rows of the decoder's memory, [M, Dm], one for each step."""
        step, frames = self.acoustic["frames_per_step"], int(repeats.sum())
        rows = -(-frames // step)
        place = np.concatenate([np.arange(1, count + 1) for count in repeats] or [[]])
        spread = [np.repeat(values, repeats, axis=0) for values in (aug, spk, emo)]
        text, spk, emo = (np.pad(values, ((0, rows * step - frames), (0, 0))) for values in spread)
        text = text + sinusoids(np.pad(place, (0, rows * step - frames)), text.shape[1])
        return np.concatenate([text.reshape(rows, -1), spk[::step], emo[::step]], axis=1)

    def decode(self, memory, band):
        """The decoder's mel before the postnet, [3 M, mels]."""
        h_keys, h_values = self.prepare(memory)
        past, frame, frames = [], np.zeros(self.acoustic["prenet_in"], np.float32), []
        for s in range(len(memory)):
            reach = slice(s, min(s + band, len(memory) - 1) + 1)
            out, key, value = self.step(frame, memory[s], past, h_keys[:, reach], h_values[:, reach])
            past = [*past, (key, value)][-band:] if band else []
            three = out.reshape(self.acoustic["frames_per_step"], -1)
            frames.append(three)
            frame = three[-1]
        return np.concatenate(frames)

    def prepare(self, memory):
        """Keys and values of the memory for every layer, [layers, M, width]."""
        width = self.acoustic["decoder"]["width"]
        both = np.stack([self.row(f"decoder.{n}.h_kv", memory) for n in range(self.acoustic["decoder"]["layers"])])
        return both[:, :, :width], both[:, :, width:]

    def step(self, frame, memory, past, h_keys, h_values):
        """Three frames, and this step's keys and values [layers, width]."""
        x = np.maximum(self.row("decoder.prenet.0", frame), 0)
        x = self.row("decoder.prenet.2", np.maximum(self.row("decoder.prenet.1", x), 0))
        x, keys, values = self.row("decoder.in", np.concatenate([memory, x])), [], []
        for n in range(self.acoustic["decoder"]["layers"]):
            name = f"decoder.{n}"
            q, key, value = np.split(self.row(f"{name}.x_qkv", self._norm(f"{name}.norm", x)), 3)
            own = self._attended(q, [k[n] for k, _ in past] + [key], [v[n] for _, v in past] + [value])
            far = self._attended(q, h_keys[n], h_values[n])
            x = x + self.row(f"{name}.x_out", own) + self.row(f"{name}.h_out", far)
            wide = np.maximum(self.row(f"{name}.ffn.0", self._norm(f"{name}.ffn_norm", x)), 0)
            x = x + self.row(f"{name}.ffn.1", wide)
            keys.append(key)
            values.append(value)
        return self.row("decoder.out", self._norm("decoder.norm", x)), np.stack(keys), np.stack(values)

    def _attended(self, q, keys, values):
        heads = self.acoustic["decoder"]["heads"]
        q, k, v = (np.asarray(part).reshape(-1, heads, q.size // heads) for part in (q, keys, values))
        scores = np.einsum("ihd,nhd->hn", q, k) / np.sqrt(np.float32(q.shape[2]))
        shares = np.exp(scores - scores.max(axis=1, keepdims=True))
        return np.einsum("hn,nhd->hd", shares / shares.sum(axis=1, keepdims=True), v).reshape(-1)

    def _norm(self, name, x):
        centred = x - x.mean()
        return (
            centred / np.sqrt((centred**2).mean() + 1e-6) * self.named[f"{name}.weight"] + self.named[f"{name}.bias"]
        )

    def row(self, name, x):
        return x @ self.named[f"{name}.weight"].T + self.named[f"{name}.bias"]

    def smooth(self, decoded):
        """mel [L, mels] from the decoder's."""
        return self.run("postnet.onnx", mel_dec=decoded[None])[0][0]

    def audio(self, mel):
        """Samples of mel [L, mels]."""
        return self.run("vocoder.onnx", mel=np.ascontiguousarray(mel.T[None]))[0][0, 0]

    def speak(self, ids, repeats=None):
        """Every stage by its name. `repeats`: frames of each symbol, to compare packs whose durations differ."""
        text, emo, spk = self.encode(ids)
        pitch, energy = self.contours(text, emo, spk)
        aug = self.augmented(text, pitch, energy)
        logs = self.log_durations(aug, emo, spk)
        frames = np.exp(logs) - 1
        found = np.floor(frames + 0.5).astype(np.int64)
        band = int(frames.max() / self.acoustic["frames_per_step"] + 0.5)
        counts = found if repeats is None else repeats
        decoded = self.decode(self.memory(aug, emo, spk, counts), band)[: counts.sum()]
        mel = self.smooth(decoded)
        names = (
            "text_hid",
            "pitch",
            "energy",
            "log_duration",
            "repeats",
            "x_band_width",
            "mel_before_postnet",
            "mel",
            "audio",
        )
        return dict(zip(names, (text, pitch, energy, logs, found, np.array([band]), decoded, mel, self.audio(mel))))

    def run(self, file, **inputs):
        if file not in self._nets:
            self._nets[file] = _net(str(self.folder / file))
        return self._nets[file].run(None, inputs)


class Twins(Pack):
    """The same, with the step nets run from their ONNX files."""

    def duration_step(self, y, cond, state):
        rows = dict(zip(("h0", "c0", "h1", "c1"), (part[None] for part in state)))
        y, *after = self.run("duration_step.onnx", y_prev=y[None], cond=cond[None].astype(np.float32), **rows)
        return y[0], [part[0] for part in after]

    def prepare(self, memory):
        return self.run("prepare.onnx", memory=memory[None].astype(np.float32))

    def step(self, frame, memory, past, h_keys, h_values):
        shape = (self.acoustic["decoder"]["layers"], 0, self.acoustic["decoder"]["width"])
        rows = [
            np.stack(part, axis=1) if past else np.zeros(shape, np.float32) for part in (list(zip(*past)) or ["", ""])
        ]
        inputs = {"x_keys": rows[0], "x_values": rows[1], "h_keys": h_keys, "h_values": h_values}
        row = memory[None].astype(np.float32)
        out, key, value = self.run("step.onnx", frame=frame[None], memory=row, **inputs)
        return out[0], key[:, 0], value[:, 0]


def sinusoids(places, width):
    """Positions inside a symbol, from 1; 0 where there is none: sines at even columns, cosines at odd ones."""
    columns = np.arange(width)
    angles = places[:, None] / np.power(10000.0, 2 * (columns // 2) / width)
    return np.where(columns % 2 == 0, np.sin(angles), np.cos(angles)).astype(np.float32)


def _net(path):
    if onnxruntime is None:
        return ReferenceEvaluator(path)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    # Errors arrive as exceptions; onnxruntime would print them as well.
    options.log_severity_level = 4
    return onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])


def _named(path):
    entries = tensor_file.read(path.read_bytes())
    wide = {}
    for name, values in entries.items():
        scale = entries.get(f"{name}.scale")
        if not name.endswith(".scale"):
            wide[name] = storage.widened(values, None if scale is None else scale[:, None])
    return wide


def _count(named, start):
    return len({name for name in named if name.startswith(f"{start}.") and name.endswith(".weight")})


def _sigmoid(x):
    return 1 / (1 + np.exp(-x))
