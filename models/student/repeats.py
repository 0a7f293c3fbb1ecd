"""Writes a layer that a graph applies several times once, as the body of a Scan.

The export of PyTorch lists the nodes of every pass. An engine that prepares them all starts more slowly: each pass costs
as much as the first.
"""

import re

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from graphs import drop_unused_weights

# What the nodes of one pass are named, as in `/text/layer_3/Softmax` or `/text/layer/qkv_3/MatMul`.
PASS = re.compile(r"^/text(_\d+)?/layer(_\d+)?/")


def roll(graph: onnx.GraphProto, passes: tuple[int, ...]) -> None:
    """Puts a Scan in the place of each stretch of nodes that is named as passes; the stretches have `passes` passes."""
    share(graph)
    stretches = [stretch for stretch in consecutive(graph.node) if PASS.match(stretch[0].name)]
    if len(stretches) != len(passes):
        raise ValueError(f"{len(stretches)} stretches of passes, not {len(passes)}")
    for number, (stretch, times) in enumerate(zip(stretches, passes)):
        place = list(graph.node).index(stretch[0])
        scan = scanned(graph, f"passes_{number}", stretch, times)
        for node in stretch:
            graph.node.remove(node)
        graph.node.insert(place, scan)
    drop_unused_weights(graph)


def share(graph: onnx.GraphProto) -> None:
    """Lets all passes name the same weights, where the export gives each pass a copy by `Identity`."""
    weights = {tensor.name for tensor in graph.initializer}
    copies = [node for node in graph.node if node.op_type == "Identity" and node.input[0] in weights]
    original = {node.output[0]: node.input[0] for node in copies}
    for node in copies:
        graph.node.remove(node)
    for node in graph.node:
        node.input[:] = [original.get(value, value) for value in node.input]


def consecutive(nodes) -> list[list[onnx.NodeProto]]:
    """Nodes in their order, cut where those of passes begin and end."""
    groups: list[list[onnx.NodeProto]] = []
    for node in nodes:
        if groups and bool(PASS.match(groups[-1][0].name)) == bool(PASS.match(node.name)):
            groups[-1].append(node)
        else:
            groups.append([node])
    return groups


def scanned(graph: onnx.GraphProto, name: str, nodes: list, times: int) -> onnx.NodeProto:
    """One Scan for `times` passes of equal nodes, each of which takes what the last one gave."""
    length, rest = divmod(len(nodes), times)
    first, second = nodes[:length], nodes[length : 2 * length]
    kinds = [node.op_type for node in first]
    if rest or any([node.op_type for node in nodes[i : i + length]] != kinds for i in range(0, len(nodes), length)):
        raise ValueError(f"{name}: {len(nodes)} nodes are not {times} equal passes")
    constants = {tensor.name: tensor for tensor in graph.initializer}
    made = {output for node in first for output in node.output}
    entering = {value for node in first for value in node.input if value not in made and value not in constants}
    leaving = {value for node in second for value in node.input} & made
    if len(entering) != 1 or len(leaving) != 1:
        raise ValueError(f"{name}: {len(entering)} values enter a pass and {len(leaving)} leave it")
    (state,), (given,) = entering, leaving
    used = {value for node in first for value in node.input if value in constants}
    body = helper.make_graph(
        [started(name), *(renamed(node, state, f"{name}/x") for node in first)], name,
        [helper.make_tensor_value_info(f"{name}/state", TensorProto.FLOAT, None),
         helper.make_tensor_value_info(f"{name}/zero", TensorProto.FLOAT, [])],
        [helper.make_tensor_value_info(given, TensorProto.FLOAT, None)],
        [constants[value] for value in sorted(used)],
    )  # fmt: skip
    # A Scan counts by an input that it takes apart; engines drop one that nothing reads.
    graph.initializer.append(numpy_helper.from_array(np.zeros(times, np.float32), f"{name}/zeros"))
    return helper.make_node(
        "Scan", [state, f"{name}/zeros"], [nodes[-1].output[0]], name=name, body=body, num_scan_inputs=1
    )


def started(name: str) -> onnx.NodeProto:
    return helper.make_node("Add", [f"{name}/state", f"{name}/zero"], [f"{name}/x"], name=f"{name}/start")


def renamed(node: onnx.NodeProto, old: str, new: str) -> onnx.NodeProto:
    copy = onnx.NodeProto()
    copy.CopyFrom(node)
    copy.input[:] = [new if value == old else value for value in node.input]
    return copy
