"""HiFi-GAN as one net: weight norm folded, and both upsampling branches of a stage merged into one."""

import numpy as np

from .errors import corrupt
from .graph import Graph

# `leaky_relu` before the last convolution is called without a slope in the original, and this is its default.
LAST_SLOPE = 0.01


def vocoder(weights, config, mode):
    """`vocoder.onnx`: mel [1, mels, N] -> audio [1, 1, hop * N]."""
    graph = Graph("vocoder", mode)
    x = graph.input("mel", [1, config.mels, "N"])
    x = _conv(graph, weights, config, "conv_pre", x, config.channels, config.mels, config.kernel)
    for stage in range(len(config.scales)):
        x = _stage(graph, weights, config, x, stage)
    x = graph.op("LeakyRelu", "last/active", x, alpha=LAST_SLOPE)
    x = _conv(graph, weights, config, "conv_post", x, 1, config.stage_channels(len(config.scales)), config.kernel)
    graph.output(graph.op("Tanh", "tanh", x), "audio", [1, 1, None])
    return graph.serialized()


def context(config):
    """(before, after): mel frames beside its own that a sample of a frame depends on.

    Walks from a sample back to the mel, with the first and the last sample of a frame as the two extremes.
    """
    first, last = 0, config.hop - 1
    first, last = _conv_reach(config, first, last, config.kernel, 1)
    for stage in reversed(range(len(config.scales))):
        widest = max(_block_reach(config, taps, dilations) for taps, dilations in config.resblocks)
        before, after = widest
        first, last = first - before, last + after
        low, high = _offsets(config, stage)
        scale = config.scales[stage]
        first, last = -((high - first) // scale), (last - low) // scale
    first, last = _conv_reach(config, first, last, config.kernel, 1)
    return max(0, -first), max(0, last)


def folded(weights, name, out_first, *shape):
    """A weight stored as a direction and a length for each slice of its first axis, and its bias."""
    lengths = weights.take(f"{name}.weight_g", shape[0], 1, 1).astype(np.float64)
    directions = weights.take(f"{name}.weight_v", *shape).astype(np.float64)
    norms = np.sqrt((directions**2).sum(axis=(1, 2), keepdims=True))
    if (norms == 0).any():
        raise corrupt(f"vocoder: {name}.weight_v has a row of zeros, which no weight norm can scale")
    out = shape[0] if out_first else shape[1]
    return directions * (lengths / norms), weights.take(f"{name}.bias", out)


def merged_kernel(config, stage, deconv, repeat):
    """(kernel [in, out, taps], pad before, cut after) of both branches as one transposed convolution.

    Both read the same activation x. Sample n of the transposed one gets deconv[k] x[t] where n = s t + k - pad. The
    other one repeats each x[t] s times and convolves: sample n gets repeat[j] x[t] for each r in 0..s with
    n = s t + r + left - j. So each tap of either stands at a fixed offset n - s t, and the taps add up there.
    """
    scale = config.scales[stage]
    low, high = _offsets(config, stage)
    kernel = np.zeros((*deconv.shape[:2], high - low + 1))
    at = -config.deconv_pad(stage) - low
    kernel[:, :, at : at + deconv.shape[2]] += deconv
    left = config.conv_pads(config.kernel, 1)[0]
    for j in range(config.kernel):
        for r in range(scale):
            kernel[:, :, r + left - j - low] += repeat[:, :, j].T
    return kernel, -low, kernel.shape[2] - scale + low


def _offsets(config, stage):
    """The first and the last offset n - s t at which a merged kernel has a tap."""
    left, right = config.conv_pads(config.kernel, 1)
    pad = config.deconv_pad(stage)
    return min(-pad, -right), max(config.deconv_kernels[stage] - 1 - pad, config.scales[stage] - 1 + left)


def _conv_reach(config, first, last, taps, dilation):
    before, after = config.conv_pads(taps, dilation)
    return first - before, last + after


def _block_reach(config, taps, dilations):
    pads = [config.conv_pads(taps, dilation) for dilation in dilations] + [config.conv_pads(taps, 1)] * len(dilations)
    return sum(before for before, _ in pads), sum(after for _, after in pads)


def _conv(graph, weights, config, name, x, out, inputs, taps, dilation=1):
    kernel, bias = folded(weights, f"{name}.conv1d", True, out, inputs, taps)
    pads = config.conv_pads(taps, dilation)
    return graph.conv(name, x, kernel, bias, pads=list(pads), dilations=[dilation])


def _stage(graph, weights, config, x, stage):
    """x + sin x, upsampling, and the mean of the residual blocks."""
    name = f"stage{stage}"
    x = graph.op("Add", f"{name}/bent", x, graph.op("Sin", f"{name}/sine", x))
    x = graph.op("LeakyRelu", f"{name}/active", x, alpha=config.slope)
    x = _upsampled(graph, weights, config, x, stage)
    blocks = []
    for index, (taps, dilations) in enumerate(config.resblocks):
        source = f"conv_blocks.{stage * len(config.resblocks) + index}"
        blocks.append(_block(graph, weights, config, source, x, config.stage_channels(stage + 1), taps, dilations))
    total = blocks[0]
    for index, block in enumerate(blocks[1:], 1):
        total = graph.op("Add", f"{name}/sum{index}", total, block)
    return graph.op("Mul", f"{name}/mean", total, graph.exact(f"{name}/share", np.float32(1 / len(blocks))))


def _upsampled(graph, weights, config, x, stage):
    inputs, out = config.stage_channels(stage), config.stage_channels(stage + 1)
    source = f"transpose_upsamples.{stage}.1.deconv"
    deconv, bias = folded(weights, source, False, inputs, out, config.deconv_kernels[stage])
    repeat, repeat_bias = folded(weights, f"repeat_upsamples.{stage}.2.conv1d", True, out, inputs, config.kernel)
    kernel, before, after = merged_kernel(config, stage, deconv, repeat)
    name = f"stage{stage}/up"
    inputs = [x, graph.weight(f"{name}/weight", kernel, axes=(1,)), graph.exact(f"{name}/bias", bias + repeat_bias)]
    return graph.op("ConvTranspose", name, *inputs, strides=[config.scales[stage]], pads=[before, after])


def _block(graph, weights, config, source, x, channels, taps, dilations):
    for index, dilation in enumerate(dilations):
        active = graph.op("LeakyRelu", f"{source}/{index}/active", x, alpha=config.slope)
        inner = _conv(graph, weights, config, f"{source}.convs1.{index}", active, channels, channels, taps, dilation)
        active = graph.op("LeakyRelu", f"{source}/{index}/inner_active", inner, alpha=config.slope)
        outer = _conv(graph, weights, config, f"{source}.convs2.{index}", active, channels, channels, taps)
        x = graph.op("Add", f"{source}/{index}", outer, x)
    return x
