"""The weights of the nets that run step by step, under plain names, for an engine that computes them itself.

The file is a safetensors file. Every matrix is [out, in] and acts as y = W x + b; NOTES.md lists the names.
"""

import math

import numpy as np

from . import storage, tensor_file


def tensors(weights, config):
    """name -> f32 array."""
    return {**_contours(weights, config), **_duration(weights, config), **_decoder(weights, config)}


def serialized(named, mode):
    """The file's bytes. Matrices in `mode`, those of the durations never below 16 bits; vectors in f32."""
    entries = {}
    for name, values in named.items():
        if values.ndim < 2:
            entries[name] = values
            continue
        exact = name.startswith(("duration.", "pitch_emb.", "energy_emb."))
        entries[name], scale = storage.stored(values, storage.gentler(mode) if exact else mode)
        if scale is not None:
            entries[f"{name}.scale"] = scale.reshape(-1)
    return tensor_file.serialized(entries)


def widened(named, mode):
    """What the engine will see of `named` when they are stored in `mode`."""
    entries = tensor_file.read(serialized(named, mode))
    scales = {name: entries.get(f"{name}.scale") for name in named}
    column = {name: None if scale is None else scale[:, None] for name, scale in scales.items()}
    return {name: storage.widened(entries[name], column[name]) for name in named}


def _pair(name, pair):
    return {f"{name}.weight": pair[0], f"{name}.bias": pair[1]}


def _contours(weights, config):
    """Pitch and energy into the text: convolutions of 9 taps from one channel."""
    named = {}
    for name in ("pitch_emb", "energy_emb"):
        kernel, bias = weights.conv(f"variance_adaptor.{name}", config.text, 1, config.contour_taps)
        named.update(_pair(name, (kernel[:, 0], bias)))
    return named


def _duration(weights, config):
    source = "variance_adaptor.duration_predictor"
    named, inputs = {}, 1
    for index, units in enumerate(config.duration_prenet):
        # A prenet counts its linear, relu and dropout layers in one row.
        named.update(
            _pair(f"duration.prenet.{index}", weights.linear(f"{source}.prenet.fcs.{3 * index}", units, inputs))
        )
        inputs = units
    inputs += config.condition
    for layer in range(2):
        parts = weights.lstm(f"{source}.lstm", layer, inputs, config.duration_lstm)
        named.update(zip((f"duration.lstm.{layer}.{part}" for part in ("w_ih", "w_hh", "bias")), parts))
        inputs = config.duration_lstm
    named.update(_pair("duration.out", weights.linear(f"{source}.fc", 1, config.duration_lstm)))
    return named


def _decoder(weights, config):
    source, width = "mel_decoder.mel_dec", config.decoder_width
    named, inputs = {}, config.prenet_in
    for index, units in enumerate((*config.decoder_prenet, width)):
        named.update(
            _pair(f"decoder.prenet.{index}", weights.linear(f"{source}.prenet.fcs.{3 * index}", units, inputs))
        )
        inputs = units
    joined = weights.linear(f"{source}.dec_in_proj", width, config.memory + width)
    gain = np.float32(math.sqrt(width))
    named.update(_pair("decoder.in", (joined[0] * gain, joined[1] * gain)))
    for layer in range(config.decoder_layers):
        named.update(_decoder_layer(weights, config, layer))
    named.update(_pair("decoder.norm", weights.norm(f"{source}.ln", width)))
    out = config.frames_per_step * config.mels
    named.update(_pair("decoder.out", weights.linear(f"{source}.dec_out_proj", out, width)))
    return named


def _decoder_layer(weights, config, layer):
    source, width = f"mel_decoder.mel_dec.pnca.{layer}", config.decoder_width
    attention, ffn, inner = f"{source}.pnca_attn", f"{source}.pos_ffn", config.decoder_inner
    wide, wide_bias = weights.conv(f"{ffn}.w_1", inner, width, 1)
    narrow, narrow_bias = weights.conv(f"{ffn}.w_2", width, inner, 1)
    pairs = {
        "norm": weights.norm(f"{attention}.layer_norm", width),
        "x_qkv": weights.linear(f"{attention}.w_x_qkv", 3 * width, width),
        "h_kv": weights.linear(f"{attention}.w_h_kv", 2 * width, config.memory),
        "x_out": weights.linear(f"{attention}.fc_x", width, width),
        "h_out": weights.linear(f"{attention}.fc_h", width, width),
        "ffn_norm": weights.norm(f"{ffn}.layer_norm", width),
        "ffn.0": (wide[:, :, 0], wide_bias),
        "ffn.1": (narrow[:, :, 0], narrow_bias),
    }
    named = {}
    for name, pair in pairs.items():
        named.update(_pair(f"decoder.{layer}.{name}", pair))
    return named
