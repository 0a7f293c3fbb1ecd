"""Cuts of ONNX graphs."""

import onnx


def keep_ancestors(graph: onnx.GraphProto, outputs: list[str]) -> None:
    """Removes every node that none of `outputs` depends on."""
    makers = {name: node for node in graph.node for name in node.output}
    kept, waiting = set(), list(outputs)
    while waiting:
        node = makers.get(waiting.pop())
        if node is not None and id(node) not in kept:
            kept.add(id(node))
            waiting.extend(node.input)
    nodes = [node for node in graph.node if id(node) in kept]
    del graph.node[:]
    graph.node.extend(nodes)
    drop_unused_weights(graph)


def drop_unused_weights(graph: onnx.GraphProto) -> None:
    """Removes the weights that no node takes."""
    used = {name for node in graph.node for name in node.input}
    kept = [tensor for tensor in graph.initializer if tensor.name in used]
    del graph.initializer[:]
    graph.initializer.extend(kept)
