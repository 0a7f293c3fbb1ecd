"""What the two nets of a package look like, from their YAML files; every option that isn't known is refused by name."""

import math
from dataclasses import dataclass

from .errors import corrupt, unsupported

LARGEST = 1 << 14
LAYERS = 64
TRACKS = "sy,tone,syllable_flag,word_segment,emo_category,speaker_category"
# Options of training only: they change no number of an inference.
TRAINING = ("dropout",)
FRAMES_PER_STEP = 3


class Options:
    """A mapping of a YAML file that remembers where it is, for errors, and what was asked for."""

    def __init__(self, values, where):
        if not isinstance(values, dict):
            raise corrupt(f"{where} is not a mapping")
        self._values, self._where, self._asked = values, where, set()

    def inside(self, key):
        self._asked.add(key)
        if key not in self._values:
            raise corrupt(f"{self._where}: {key} is not there")
        return Options(self._values[key], f"{self._where}: {key}")

    def get(self, key, default=None):
        self._asked.add(key)
        value = self._values.get(key, default)
        if value is None:
            raise corrupt(f"{self._where}: {key} is not there")
        return value

    def whole(self, key, most=LARGEST, least=1):
        value = self.get(key)
        if type(value) is not int or not least <= value <= most:
            raise corrupt(f"{self._where}: {key} is {value!r} where a whole number of {least} to {most} is needed")
        return value

    def even(self, key):
        value = self.whole(key, least=4)
        if value % 2:
            raise corrupt(f"{self._where}: {key} is odd, and positions need pairs")
        return value

    def wholes(self, key):
        values = self.get(key)
        if not isinstance(values, list) or not 1 <= len(values) <= LAYERS:
            raise corrupt(f"{self._where}: {key} is not a list of whole numbers")
        if not all(type(value) is int and 1 <= value <= LARGEST for value in values):
            raise corrupt(f"{self._where}: {key} is not a list of whole numbers")
        return tuple(values)

    def text(self, key, default=None):
        value = self.get(key, default)
        if not isinstance(value, str):
            raise corrupt(f"{self._where}: {key} is not text")
        return value

    def must_be(self, key, wanted, default=None):
        value = self.get(key, wanted if default is None else default)
        if value != wanted:
            raise unsupported(f"{self._where}: {key} {value!r} is not supported, only {wanted!r}")

    def refuse_the_rest(self):
        for key in self._values:
            if key not in self._asked and not str(key).endswith(TRAINING):
                raise unsupported(f"{self._where}: the option {key} is not known to this importer")


@dataclass(frozen=True)
class Fsmn:
    """Feed-forward memory layers."""

    layers: int
    taps: int
    width: int
    inner: int
    left: int
    right: int


@dataclass(frozen=True)
class Acoustic:
    """Widths and depths of the acoustic model, in the words of `acoustic.py` and `steps.py`."""

    table_sizes: dict
    embedding: int
    encoder_width: int
    encoder_layers: int
    encoder_heads: int
    encoder_inner: int
    text: int
    emotion: int
    speaker: int
    max_symbols: int
    predictor_fsmn: Fsmn
    predictor_lstm: int
    contour_taps: int
    duration_prenet: tuple
    duration_lstm: int
    decoder_width: int
    decoder_layers: int
    decoder_heads: int
    decoder_inner: int
    decoder_prenet: tuple
    frames_per_step: int
    mels: int
    postnet_fsmn: Fsmn
    postnet_lstm: int

    @property
    def prenet_in(self):
        return self.mels

    @property
    def condition(self):
        return self.text + self.speaker + self.emotion

    @property
    def memory(self):
        return self.frames_per_step * self.text + self.speaker + self.emotion


@dataclass(frozen=True)
class Vocoder:
    """Shape of the generator."""

    mels: int
    channels: int
    kernel: int
    scales: tuple
    deconv_kernels: tuple
    resblocks: tuple
    causal: bool
    slope: float

    @property
    def hop(self):
        return math.prod(self.scales)

    def stage_channels(self, stage):
        return self.channels // 2**stage

    def conv_pads(self, taps, dilation):
        """Zeros before and after, so that the length stays."""
        reach = (taps - 1) * dilation
        return (reach, 0) if self.causal else (reach // 2, reach // 2)

    def deconv_pad(self, stage):
        return 0 if self.causal else (self.deconv_kernels[stage] - self.scales[stage]) // 2


def acoustic(document, table_sizes, where="am/config.yaml"):
    """The Acoustic of a parsed `am/config.yaml`."""
    options = Options(document, where).inside("Model").inside("KanTtsSAMBERT").inside("params")
    for variant in ("NSF", "SE", "FP", "MAS"):
        options.must_be(variant, False)
    width = options.whole("encoder_num_units")
    decoder = options.whole("decoder_num_units")
    heads = options.whole("encoder_num_heads"), options.whole("decoder_num_heads")
    if width % heads[0] or decoder % heads[1]:
        raise corrupt(f"{where}: the attention heads don't divide the units")
    options.must_be("outputs_per_step", FRAMES_PER_STEP)
    prenet = options.wholes("dur_pred_prenet_units")
    found = Acoustic(
        table_sizes=table_sizes,
        embedding=options.even("embedding_dim"),
        encoder_width=width,
        encoder_layers=options.whole("encoder_num_layers", LAYERS),
        encoder_heads=heads[0],
        encoder_inner=options.whole("encoder_ffn_inner_dim"),
        text=options.even("encoder_projection_units"),
        emotion=options.whole("emotion_units"),
        speaker=options.whole("speaker_units"),
        max_symbols=options.whole("max_len", least=16),
        predictor_fsmn=_fsmn(options, "predictor", "predictor_fsmn_num_layers", where),
        predictor_lstm=options.whole("predictor_lstm_units"),
        contour_taps=9,
        duration_prenet=prenet,
        duration_lstm=options.whole("dur_pred_lstm_units"),
        decoder_width=decoder,
        decoder_layers=options.whole("decoder_num_layers", LAYERS),
        decoder_heads=heads[1],
        decoder_inner=options.whole("decoder_ffn_inner_dim"),
        decoder_prenet=options.wholes("decoder_prenet_units"),
        frames_per_step=FRAMES_PER_STEP,
        mels=options.whole("num_mels", 512),
        postnet_fsmn=_fsmn(options, "postnet", "postnet_fsmn_num_layers", where),
        postnet_lstm=options.whole("postnet_lstm_units"),
    )
    options.refuse_the_rest()
    return found


def vocoder(document, where="voc/config.yaml"):
    """The Vocoder of a parsed `voc/config.yaml`."""
    options = Options(document, where).inside("Model").inside("Generator").inside("params")
    if "nsf_params" in document["Model"]["Generator"]["params"]:
        raise unsupported(f"{where}: nsf_params: vocoders with a harmonic source (NSF) are not supported")
    for key, wanted in (("bias", True), ("use_weight_norm", True), ("out_channels", 1), ("repeat_upsample", True)):
        options.must_be(key, wanted)
    options.must_be("nonlinear_activation", "LeakyReLU")
    scales, kernels = options.wholes("upsample_scales"), options.wholes("upsample_kernal_sizes")
    found = Vocoder(
        mels=options.whole("in_channels", 512),
        channels=options.whole("channels"),
        kernel=_odd(options.whole("kernel_size", 63), where, "kernel_size"),
        scales=scales,
        deconv_kernels=kernels,
        resblocks=_resblocks(options, where),
        causal=_flag(options, "causal", True, where),
        slope=_slope(options.get("nonlinear_activation_params", {}), where),
    )
    if len(kernels) != len(scales) or any(kernel < scale for kernel, scale in zip(kernels, scales)):
        raise corrupt(f"{where}: upsample_kernal_sizes don't fit upsample_scales")
    if found.channels % 2 ** len(scales):
        raise corrupt(f"{where}: channels can't be halved at every upsampling")
    options.refuse_the_rest()
    return found


def _fsmn(options, name, layers, where):
    taps = options.whole(f"{name}_filter_size", 255)
    shift = options.whole(f"{name}_shift", taps, least=0)
    left, right = round((taps - 1) / 2) + shift, (taps - 1) // 2 - shift
    if right < 0:
        raise corrupt(f"{where}: {name}_shift is larger than half of {name}_filter_size")
    count, width = options.whole(layers, LAYERS), options.whole(f"{name}_num_memory_units")
    return Fsmn(count, taps, width, options.whole(f"{name}_ffn_inner_dim"), left, right)


def _odd(value, where, key):
    if value % 2 == 0:
        raise corrupt(f"{where}: {key} is even")
    return value


def _flag(options, key, default, where):
    value = options.get(key, default)
    if not isinstance(value, bool):
        raise corrupt(f"{where}: {key} is neither true nor false")
    return value


def _slope(params, where):
    slope = params.get("negative_slope", 0.01) if isinstance(params, dict) else None
    if not isinstance(slope, (int, float)) or not 0 <= slope <= 1:
        raise corrupt(f"{where}: nonlinear_activation_params: negative_slope is not a number of 0 to 1")
    return float(slope)


def _resblocks(options, where):
    kernels, dilations = options.wholes("resblock_kernel_sizes"), options.get("resblock_dilations")
    whole = isinstance(dilations, list) and len(dilations) == len(kernels)
    if not whole or not all(isinstance(row, list) and 1 <= len(row) <= LAYERS for row in dilations):
        raise corrupt(f"{where}: resblock_dilations don't fit resblock_kernel_sizes")
    if not all(type(d) is int and 1 <= d <= 255 for row in dilations for d in row):
        raise corrupt(f"{where}: resblock_dilations are not whole numbers")
    return tuple((_odd(k, where, "resblock_kernel_sizes"), tuple(row)) for k, row in zip(kernels, dilations))
