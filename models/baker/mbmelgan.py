"""MB-MelGAN as one ONNX graph: mel [1,80,M] -> audio [1,1,300*M], weights in f16.

Layer names are those of the TFLite file.
"""

import numpy as np

from tflite_graph import TfliteGraph
from tflite_weights import half

ROOT = "sequential_4"
# (stride, name of the transposed conv, number of the first conv of its four residual blocks)
STAGES = ((3, "conv2d_transpose", 1), (5, "conv2d_transpose_1", 9), (5, "conv2d_transpose_2", 17))
DILATIONS = (1, 3, 9, 27)
LEAK = 0.2
BANDS = 4
SYNTHESIS_TAPS = 63
END_TAPS = 7
HOP = BANDS * 3 * 5 * 5
# Frames on each side of a window: samples depend on 21 (window_check.py), and one is to spare.
CONTEXT = 22
# The reflect pad of the first stage's widest dilation, 27 columns of 3 M, needs 3 M > 27.
MIN_FRAMES = 10


def build_vocoder(source):
    """The whole vocoder; the sub-band quantisation to int8 of the original is left out."""
    graph = TfliteGraph("vocoder")
    mel = graph.input("mel", [1, 80, "M"])
    x = _end_conv(graph, source, "conv1d", mel)
    for stage, (stride, name, first_conv) in enumerate(STAGES):
        x = _upsample(graph, source, f"{ROOT}/conv_transpose_._{stage}/{name}", stride, _leaky(graph, x))
        for block, dilation in enumerate(DILATIONS):
            name = f"{ROOT}/residual_stack_._{stage}._._{block}"
            x = _residual(graph, source, name, first_conv + 2 * block, dilation, x)
    bands = graph.op("Tanh", "bands", _end_conv(graph, source, "conv1d_25", _leaky(graph, x)))
    graph.output(_merge_bands(graph, source, bands), "audio", [1, 1, None])
    return graph.serialized()


def synthesis_kernel(source):
    """The PQMF synthesis (upsampling by 4, then a 63-tap filter bank) as one transposed conv: [4, 1, 63].

    audio[n] is the sum over bands c and taps k of filter[k, c] * up[c, n + k - 31], where up[:, 4 m] is the
    upsampler times column m: a transposed conv whose kernel is the reversed filter times the upsampler.
    """
    upsampler = source.named("conv1d_transpose;PartitionedCall/conv1d_transpose").values
    filters = source.named("conv1d;PartitionedCall/conv1d1").values[0, 0]
    if np.any(upsampler[:, 0, 1:]):
        raise ValueError("the PQMF upsampler is expected to place each sample at the start of its four")
    return np.einsum("kc,cd->dk", filters[::-1], upsampler[:, 0, 0, :])[:, None, :]


def _leaky(graph, x):
    return graph.op("LeakyRelu", f"{x}/leaky", x, alpha=LEAK)


def _conv(graph, source, name, x, dilation=1):
    weight = half(source.kernel(name).values[:, 0].transpose(0, 2, 1))
    return graph.conv(name, x, weight, source.bias(name), dilations=[dilation])


def _end_conv(graph, source, layer, x):
    name = f"{ROOT}/{layer}"
    return _conv(graph, source, name, graph.reflect_pad(f"{name}/pad", x, END_TAPS // 2))


def _upsample(graph, source, name, stride, x):
    """Transposed conv with 2 * stride taps, cropped as TensorFlow's SAME does: the odd column at the end."""
    weight = half(source.kernel(name).values[:, :, 0].transpose(2, 0, 1))
    pads = [stride // 2, stride - stride // 2]
    return graph.conv_transpose(name, x, weight, source.bias(name), stride, pads)


def _residual(graph, source, name, first_conv, dilation, x):
    padded = graph.reflect_pad(f"{name}/pad", _leaky(graph, x), dilation)
    wide = _conv(graph, source, f"{name}/conv1d_{first_conv}", padded, dilation)
    deep = _conv(graph, source, f"{name}/conv1d_{first_conv + 1}", _leaky(graph, wide))
    return graph.op("Add", f"{name}/add", _conv(graph, source, f"{name}/shortcut", x), deep)


def _merge_bands(graph, source, bands):
    """Cropped to 4 samples a column: 31 taps before the first, 28 after the last."""
    weight = half(synthesis_kernel(source))
    side = SYNTHESIS_TAPS // 2
    return graph.conv_transpose("merge", bands, weight, None, BANDS, [side, side + 1 - BANDS])
