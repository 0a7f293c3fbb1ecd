"""The finished voice pack run by onnxruntime, the way the host runs it. For the checks only."""

import json
from pathlib import Path

import numpy as np
import onnxruntime

DEFAULT_PACK = Path(__file__).resolve().parents[2] / "www" / "voices" / "baker"


class Voice:
    """Every array has the shape and name of the pack's own inputs and outputs."""

    def __init__(self, folder=DEFAULT_PACK):
        self.manifest = json.loads((folder / "voice.json").read_bytes())
        self._ids = {symbol: index for index, symbol in enumerate(self.manifest["symbols"])}
        self._positions = _positions(folder, self.manifest["positions"])
        self._nets = {name: _net(folder / stage["file"]) for name, stage in self.manifest["stages"].items()}

    def ids(self, symbols):
        return [self._ids[symbol] for symbol in symbols]

    def encode(self, ids):
        """hidden, frames a symbol (rounded, int), f0, energy."""
        pos = self._position_columns(len(ids))
        hidden, frames, f0, energy = self._run("encoder", ids=np.array([ids], np.int64), pos=pos)
        return hidden, np.round(frames[0]).astype(int), f0, energy

    def vary(self, hidden, f0, energy):
        return self._run("variance", hidden=hidden, f0=f0, energy=energy)[0]

    def decode(self, h, frames):
        """mel [1,80,M] of symbol columns, each repeated for its frames."""
        columns = np.repeat(h, frames, axis=2)
        return self._run("decoder", h=columns, pos=self._position_columns(columns.shape[2]))[0]

    def mel(self, ids):
        """mel [1,80,M], frames [N], f0 [N], energy [N]."""
        hidden, frames, f0, energy = self.encode(ids)
        return self.decode(self.vary(hidden, f0, energy), frames), frames, f0[0], energy[0]

    def audio(self, mel):
        """Samples [300 M], f32."""
        return self._run("vocoder", mel=np.ascontiguousarray(mel))[0][0, 0]

    def _position_columns(self, length):
        return np.ascontiguousarray(self._positions[1 : length + 1].T[None])

    def _run(self, net, **inputs):
        return self._nets[net].run(None, inputs)


def _positions(folder, entry):
    stored = np.frombuffer((folder / entry["file"]).read_bytes(), np.int8)
    return stored.reshape(entry["rows"], entry["cols"]) * np.float32(entry["scale"])


def _net(path):
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    # Errors arrive as exceptions; onnxruntime would print them as well.
    options.log_severity_level = 4
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
