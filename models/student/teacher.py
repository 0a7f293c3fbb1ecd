"""The teacher: a Kokoro model in ONNX, and the styles it speaks in.

A style pack has, for each length of text in symbols, 256 numbers: 128 for the decoder (timbre) and 128 for the prosody.
Both halves can come from different packs, and packs can be mixed: `0.5*af_heart+0.5*zf_xiaobei/zf_xiaobei` takes the
timbre from the mean of two packs and the prosody from one.
"""

import json
from pathlib import Path

import numpy as np
import onnx
import onnxruntime

from graphs import keep_ancestors

SAMPLE_RATE = 24000
# Names of the teacher's inner tensors: frames a symbol, F0 in Hz and log energy at two values a frame.
DURATIONS, F0, ENERGY = "/encoder/Clip_output_0", "/encoder/F0_proj/Conv_output_0", "/encoder/N_proj/Conv_output_0"


class Teacher:
    """A Kokoro model. `with_audio=False` leaves out the generator, which is 88 % of the arithmetic."""

    def __init__(self, model: Path, vocabulary: Path, with_audio: bool = True, threads: int = 1):
        self.vocabulary = json.loads(vocabulary.read_text())["vocab"]
        graph = onnx.load(str(model))
        self.outputs = [DURATIONS, F0, ENERGY] + (["audio"] if with_audio else [])
        if not with_audio:
            del graph.graph.output[:]
            keep_ancestors(graph.graph, self.outputs)
        graph.graph.output.extend(onnx.helper.make_empty_tensor_value_info(name) for name in self.outputs[:3])
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        self.session = onnxruntime.InferenceSession(graph.SerializeToString(), options, providers=["CPUExecutionProvider"])

    def ids(self, symbols: str) -> list[int]:
        """The ids of `symbols` between the two end marks. KeyError for a symbol that the teacher lacks."""
        return [0, *(self.vocabulary[symbol] for symbol in symbols), 0]

    def speak(self, ids: list[int], style: np.ndarray, speed: float = 1.0) -> dict[str, np.ndarray]:
        """Durations (frames at 40 Hz), f0 (Hz) and energy (at 80 Hz) and, if asked for, audio at 24 kHz."""
        # A pack is indexed by the number of symbols.
        row = style[min(len(ids) - 3, len(style) - 1)][None]
        feed = {"tokens": np.array([ids], np.int64), "style": row, "speed": np.full(1, speed, np.float32)}
        made = [output.ravel() for output in self.session.run(self.outputs, feed)]
        names = ["durations", "f0", "energy", "audio"]
        return dict(zip(names, made))


def style(folder: Path, recipe: str) -> np.ndarray:
    """The style pack [510, 256] of a recipe: `TIMBRE/PROSODY`, each a sum of packs with weights."""
    timbre, _, prosody = recipe.partition("/")
    timbre, prosody = mixed(folder, timbre), mixed(folder, prosody or timbre)
    rows = min(len(timbre), len(prosody))
    return np.concatenate([timbre[:rows, :128], prosody[:rows, 128:]], 1).astype(np.float32)


def mixed(folder: Path, recipe: str) -> np.ndarray:
    total = 0.0
    for term in recipe.split("+"):
        weight, _, name = term.rpartition("*")
        total = total + float(weight or 1) * pack(folder, name)
    return total


def pack(folder: Path, name: str) -> np.ndarray:
    return np.fromfile(folder / f"{name}.bin", np.float32).reshape(-1, 256)
