"""Start weights: the English student in `hibari.onnx` (int8), dequantised and renamed to our nets.

    start.py PARTS WEIGHTS
"""

import json
import re
import sys
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import numpy_helper

import weights
from nets import Decoder, Prosody

# Symbols of Mandarin that English lacks, and the English ones whose embeddings they start from.
NEAREST = {
    "ʨ": "ʧ", "ɕ": "ʃ", "ʂ": "ʃ", "ꭧ": "ʧ", "ʦ": "t", "ɻ": "ɹ", "x": "h", "ɤ": "ʌ", "y": "i", "a": "ɑ", "e": "A",
    "o": "O", "ɥ": "j", "ɨ": "ɪ", "ɚ": "ɜ", "ʰ": "h",
}  # fmt: skip
NAMES = [
    (r"\bemb\b", "embedding"), (r"\bconvs\b", "blocks"), (r"\bdw\b", "depthwise"), (r"\bpw1\b", "widen"),
    (r"\bpw2\b", "narrow"), (r"\bgamma\b", "scale"), (r"attn\.self_attn\.in_proj_", "layer.qkv."),
    (r"attn\.self_attn\.out_proj", "layer.out"), (r"attn\.linear1", "layer.widen"), (r"attn\.linear2", "layer.narrow"),
    (r"attn\.norm1", "layer.attention_norm"), (r"attn\.norm2", "layer.norm"), (r"^dec_in", "inlet"),
    (r"^dec\.", "blocks."), (r"^dec_norm", "norm"), (r"^dur\.", "duration."), (r"^pro_in", "inlet"),
    (r"^pro\.", "blocks."), (r"^pro_out", "outlet"),
]  # fmt: skip


def main() -> None:
    parts, path = map(Path, sys.argv[1:])
    vocabulary = json.loads((parts / "vocab.json").read_text())["vocab"]
    weights.save(path, *load(parts / "hibari.onnx", vocabulary))


def renamed(state: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    """The same weights under the names of `nets.py`."""
    made = {}
    for name, value in state.items():
        for pattern, ours in NAMES:
            name = re.sub(pattern, ours, name)
        made[name] = value
    return made


def load(model: Path, vocabulary: dict[str, int]) -> tuple[Prosody, Decoder]:
    """The nets of the English student, its Mandarin symbols set to their nearest."""
    weights = dequantized(onnx.load(str(model)).graph)
    nets = {"pn": Prosody(), "m": Decoder()}
    for prefix, net in nets.items():
        own = renamed({name.removeprefix(f"{prefix}."): w for name, w in weights.items() if name.startswith(f"{prefix}.")})
        fill(net, own)
        embedding = net.text.embedding.weight.data
        for symbol, nearest in NEAREST.items():
            embedding[vocabulary[symbol]] = embedding[vocabulary[nearest]]
    return nets["pn"], nets["m"]


def fill(net: torch.nn.Module, state: dict[str, torch.Tensor]) -> None:
    """Loads `state`; what it lacks must be the styles, which start at zero."""
    missing, unexpected = net.load_state_dict(state, strict=False)
    missing = [name for name in missing if "style" not in name]
    if missing or unexpected:
        raise ValueError(f"start weights: missing {missing}, unexpected {unexpected}")


def dequantized(graph: onnx.GraphProto) -> dict[str, torch.Tensor]:
    """All weights in f32. The bias that is added after a quantised product names its layer."""
    stored = {tensor.name: numpy_helper.to_array(tensor) for tensor in graph.initializer}
    users: dict[str, list[onnx.NodeProto]] = {}
    for node in graph.node:
        for name in node.input:
            users.setdefault(name, []).append(node)
    found = {name: value for name, value in stored.items() if name.startswith(("m.", "pn.")) and value.dtype == np.float32}
    for node in graph.node:
        if node.op_type != "MatMulInteger":
            continue
        base = node.input[1].removesuffix("_quantized")
        steps = stored[node.input[1]].astype(np.float32) - stored[f"{base}_zero_point"].astype(np.float32)
        bias = bias_after(node, users, stored)
        found[bias[: -len("bias")] + "weight"] = (steps * stored[f"{base}_scale"]).T
    return {name: torch.tensor(np.ascontiguousarray(value)) for name, value in found.items()}


def bias_after(node: onnx.NodeProto, users: dict[str, list[onnx.NodeProto]], stored: dict[str, np.ndarray]) -> str:
    while node.op_type != "Add":
        node = users[node.output[0]][0]
    return next(name for name in node.input if name in stored)


if __name__ == "__main__":
    main()
