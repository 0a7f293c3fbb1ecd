"""Cuts a HiFi-GAN vocoder after each of its groups of layers, so that any engine can be timed up to there.

    python tests/bench/sambert-cuts.py VOCODER.onnx OUT

Leaves 0.onnx, 1.onnx, ... in OUT and prints the groups' names as JSON.
"""

import json
import sys
from pathlib import Path

import onnx


def groups(nodes):
    """(name of the group, its last tensor), in order."""
    names = {node.output[0] for node in nodes}
    found = [("conv_pre", "conv_pre")]
    stage = 0
    while f"stage{stage}/up" in names:
        found.append((f"stage {stage + 1}: sine, activation, upsampling", f"stage{stage}/up"))
        found.append((f"stage {stage + 1}: residual blocks", f"stage{stage}/mean"))
        stage += 1
    return [*found, ("activation, conv_post, tanh", nodes[-1].output[0])]


def cut(model, last):
    """The model up to the tensor `last`."""
    makers = {output: node for node in model.graph.node for output in node.output}
    needed, open_ends = set(), [last]
    while open_ends:
        name = open_ends.pop()
        if name not in needed:
            needed.add(name)
            open_ends.extend(makers[name].input if name in makers else ())
    short = onnx.ModelProto()
    short.CopyFrom(model)
    for field, kept in (
        ("node", [node for node in model.graph.node if needed.intersection(node.output)]),
        ("initializer", [tensor for tensor in model.graph.initializer if tensor.name in needed]),
        ("value_info", []),
        ("output", [onnx.helper.make_tensor_value_info(last, onnx.TensorProto.FLOAT, [1, None, None])]),
    ):
        short.graph.ClearField(field)
        getattr(short.graph, field).extend(kept)
    return short


def main():
    model, out = onnx.load(sys.argv[1]), Path(sys.argv[2])
    found = groups(model.graph.node)
    for index, (_, last) in enumerate(found):
        onnx.save(cut(model, last), out / f"{index}.onnx")
    print(json.dumps([name for name, _ in found]))


if __name__ == "__main__":
    main()
