"""Makes the voice pack: three ONNX files and voice.json.

    export.py PROSODY DECODER VOCABULARY FOLDER [--weights FILE]

PROSODY and DECODER are checkpoints of the trainings; their averaged weights are taken. Matrices are stored as int8
with a scale for each output channel, everything else as f16.
"""

import argparse
import hashlib
import io
import json
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper
from torch import Tensor, nn

import repeats
import weights
from nets import HOP, PROSODY, TIMBRE, Decoder, Prosody, style_of
from weights import averaged

OPSET = 17
# Smaller tensors are biases and norms: not worth a scale each.
SMALLEST_MATRIX = 1024
# What a store fetches, checks and repairs at a time; the same as CHUNK_BYTES of the voice store.
BLOCK_BYTES = 1024 * 1024
SPEAKERS = [("qing", "female"), ("song", "male")]
# Hz between which the teacher's voices move; the decoder has heard nothing else.
F0_RANGE = {"min": 60, "max": 500}
# Frames that a frame of the decoder's output depends on, on each side: nine convolutions of seven.
CONTEXT = 27


class Encoder(nn.Module):
    """Everything that is done once for a symbol."""

    def __init__(self, prosody: Prosody, decoder: Decoder):
        super().__init__()
        self.prosody, self.decoder = prosody, decoder

    def forward(self, ids: Tensor, style: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        prosody = self.prosody.text(ids, style)
        return prosody, self.decoder.text(ids, style), self.prosody.log_durations(prosody)


class Curves(nn.Module):
    """F0 and energy of stretched symbols."""

    def __init__(self, prosody: Prosody):
        super().__init__()
        self.prosody = prosody

    def forward(self, x: Tensor, style: Tensor) -> tuple[Tensor, Tensor]:
        return self.prosody.curves(x, style)


def main() -> None:
    arguments = parse()
    vocabulary = json.loads(arguments.vocabulary.read_text())["vocab"]
    prosody, decoder = averaged(Prosody(), arguments.prosody), averaged(Decoder(), arguments.decoder)
    if arguments.weights:
        weights.save(arguments.weights, prosody, decoder)
    files = graphs(prosody, decoder)
    files["CARD.md"] = (Path(__file__).parent / "CARD.md").read_bytes()
    arguments.folder.mkdir(parents=True, exist_ok=True)
    for name, data in files.items():
        (arguments.folder / name).write_bytes(data)
    (arguments.folder / "voice.json").write_bytes(manifest(files, vocabulary))
    print(f"{sum(map(len, files.values())) / 1e6:.2f} MB in {arguments.folder}")


def graphs(prosody: Prosody, decoder: Decoder) -> dict[str, bytes]:
    """The three nets as the engine reads them."""
    symbols, frames = 7, 12
    ids, style = torch.zeros(1, symbols, dtype=torch.long), style_of(0)[None]
    x, curve = torch.zeros(1, TIMBRE, frames), torch.zeros(1, frames)
    return {
        "encoder.onnx": graph(
            Encoder(prosody, decoder), (ids, style), {"ids": {1: "L"}, "style": {}},
            {"prosody": {2: "L"}, "timbre": {2: "L"}, "log_durations": {1: "L"}},
            passes=(prosody.text.passes, decoder.text.passes),
        ),
        "curves.onnx": graph(
            Curves(prosody), (torch.zeros(1, PROSODY, frames), style), {"x": {2: "T"}, "style": {}},
            {"f0": {1: "F"}, "energy": {1: "F"}},
        ),
        "decoder.onnx": graph(
            decoder, (x, curve, curve, style),
            {"x": {2: "F"}, "f0": {1: "F"}, "energy": {1: "F"}, "style": {}}, {"spectra": {2: "F"}},
        ),
    }  # fmt: skip


def graph(net: nn.Module, example: tuple, inputs: dict, outputs: dict, passes: tuple[int, ...] = ()) -> bytes:
    """ONNX bytes of a net. `inputs` and `outputs` name the axes that are of any length; `passes` counts those of its
    repeated layers."""
    made = io.BytesIO()
    axes = {name: lengths for name, lengths in (inputs | outputs).items() if lengths}
    torch.onnx.export(
        net, example, made, input_names=list(inputs), output_names=list(outputs), dynamic_axes=axes,
        opset_version=OPSET, dynamo=False,
    )  # fmt: skip
    model = onnx.load_from_string(made.getvalue())
    if passes:
        repeats.roll(model.graph, passes)
    compress(model.graph)
    model.graph.ClearField("doc_string")
    for node in model.graph.node:
        node.ClearField("doc_string")
    onnx.checker.check_model(model)
    return model.SerializeToString(deterministic=True)


def compress(graph: onnx.GraphProto) -> None:
    """Stores f32 weights as int8 or f16 with the nodes that widen them again; equal weights are stored once."""
    for attribute in (attribute for node in graph.node for attribute in node.attribute if attribute.HasField("g")):
        compress(attribute.g)
    gathered = {name for node in graph.node if node.op_type in ("Gather", "Conv") for name in node.input}
    stored, widening, known, same = [], [], {}, {}
    for tensor in graph.initializer:
        values = numpy_helper.to_array(tensor)
        if values.dtype != np.float32 or values.ndim == 0:
            stored.append(tensor)
            continue
        content = (values.shape, values.tobytes())
        if content in known:
            same[tensor.name] = known[content]
            continue
        known[content] = tensor.name
        if values.size >= SMALLEST_MATRIX and values.ndim > 1:
            axis = 0 if tensor.name in gathered else values.ndim - 1
            tensors, nodes = as_int8(tensor.name, values, axis)
        else:
            tensors, nodes = as_f16(tensor.name, values)
        stored.extend(tensors)
        widening.extend(nodes)
    nodes = list(graph.node)
    for node in nodes:
        for i, name in enumerate(node.input):
            node.input[i] = same.get(name, name)
    del graph.initializer[:], graph.node[:]
    graph.initializer.extend(stored)
    graph.node.extend(widening + nodes)


def as_int8(name: str, values: np.ndarray, axis: int) -> tuple[list, list]:
    """Steps of a 127th of the largest value along every axis but `axis`."""
    others = tuple(i for i in range(values.ndim) if i != axis)
    scale = np.maximum(np.abs(values).max(others, keepdims=True) / 127, 1e-12).astype(np.float32)
    steps = np.clip(np.rint(values / scale), -127, 127).astype(np.int8)
    tensors = [numpy_helper.from_array(steps, f"{name}/steps"), numpy_helper.from_array(scale, f"{name}/scale")]
    nodes = [
        helper.make_node("Cast", [f"{name}/steps"], [f"{name}/cast"], to=TensorProto.FLOAT),
        helper.make_node("Mul", [f"{name}/cast", f"{name}/scale"], [name]),
    ]
    return tensors, nodes


def as_f16(name: str, values: np.ndarray) -> tuple[list, list]:
    half = numpy_helper.from_array(values.astype(np.float16), f"{name}/half")
    return [half], [helper.make_node("Cast", [f"{name}/half"], [name], to=TensorProto.FLOAT)]


def manifest(files: dict[str, bytes], vocabulary: dict[str, int]) -> bytes:
    """voice.json: what the pack says about itself."""
    listed = [entry(name, files[name]) for name in sorted(files)]
    made = {
        "format": 1,
        "id": "han",
        "name": "汉声 (qing 清, song 松)",
        "language": "zh-CN",
        "kind": "student",
        "licence": "Apache-2.0",
        "card": "CARD.md",
        "version": hashlib.sha256(json.dumps(listed).encode()).hexdigest()[:16],
        "sample_rate": 24000,
        "hop": HOP,
        "context": CONTEXT,
        "symbols": vocabulary | {"$": 0},
        "speakers": [
            {"name": name, "sex": sex, "style": style_of(i).tolist()} for i, (name, sex) in enumerate(SPEAKERS)
        ],
        "limits": {"symbols": 510, "frames": 1600},
        "f0": F0_RANGE,
        "stages": {name: {"file": f"{name}.onnx"} for name in ("encoder", "curves", "decoder")},
        "files": listed,
    }
    return (json.dumps(made, ensure_ascii=False) + "\n").encode()


def entry(name: str, data: bytes) -> dict:
    sha256 = lambda part: hashlib.sha256(part).hexdigest()
    blocks = [sha256(data[i : i + BLOCK_BYTES]) for i in range(0, len(data), BLOCK_BYTES)]
    return {"path": name, "bytes": len(data), "sha256": sha256(data), "chunks": blocks}


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("prosody", "decoder", "vocabulary", "folder"):
        parser.add_argument(name, type=Path)
    parser.add_argument("--weights", type=Path, help="also write the weights of both nets here, to train on from")
    return parser.parse_args()


if __name__ == "__main__":
    main()
