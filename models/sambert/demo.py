"""Writes a full-size package with random weights, for benchmarks and for the checks; nobody should speak with it.

    python models/sambert/demo.py OUT [--causal] [--tiny] [--pack f32|f16|int8]

With --pack, OUT becomes the voice pack that the importer makes of it, marked as a demonstration.

The layout and the sizes are those of a published 16 kHz package (12.3 million numbers in the acoustic model, 4.9
million in the vocoder). The same seed gives the same weights. The pickles are written here, without torch.
"""

import argparse
import json
import math
import struct
import sys
import tempfile
import zipfile
from pathlib import Path

import numpy as np
import yaml

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from sambert import acoustic, config, pack, source, steps, storage, vocoder  # noqa: E402
from sambert.weights import Weights  # noqa: E402

SEED = 6
VOICE = "demo_random"
# A trained voice has about 7 frames a symbol, marks included (11.5 symbols a second at 80 frames a second). Random
# predictions around this bias come out shorter by a quarter.
FRAMES_PER_SYMBOL = 9
SPEAKERS = "F7,F74,FBYN,FRXL,M7,xiaoyu"
SIZES = {"sy": 147, "tone": 10, "syllable_flag": 8, "word_segment": 8, "emotion": 36, "speaker": 9}
ACOUSTIC = {
    "MAS": False, "max_len": 800, "num_mels": 80, "outputs_per_step": 3, "embedding_dim": 512,
    "encoder_num_layers": 8, "encoder_num_heads": 8, "encoder_num_units": 128, "encoder_ffn_inner_dim": 1024,
    "encoder_projection_units": 32, "emotion_units": 32, "speaker_units": 32,
    "predictor_filter_size": 41, "predictor_fsmn_num_layers": 3, "predictor_num_memory_units": 128,
    "predictor_ffn_inner_dim": 256, "predictor_shift": 0, "predictor_lstm_units": 128,
    "dur_pred_prenet_units": [128, 128], "dur_pred_lstm_units": 128,
    "decoder_prenet_units": [256, 256], "decoder_num_layers": 12, "decoder_num_heads": 8, "decoder_num_units": 128,
    "decoder_ffn_inner_dim": 1024, "postnet_filter_size": 41, "postnet_fsmn_num_layers": 4,
    "postnet_num_memory_units": 256, "postnet_ffn_inner_dim": 512, "postnet_shift": 17, "postnet_lstm_units": 128,
}  # fmt: skip
TINY = {
    "embedding_dim": 16, "encoder_num_layers": 2, "encoder_num_heads": 2, "encoder_num_units": 8,
    "encoder_ffn_inner_dim": 12, "encoder_projection_units": 4, "emotion_units": 3, "speaker_units": 2,
    "predictor_num_memory_units": 6, "predictor_ffn_inner_dim": 8, "predictor_lstm_units": 4,
    "dur_pred_prenet_units": [4, 4], "dur_pred_lstm_units": 6, "decoder_prenet_units": [8, 8],
    "decoder_num_layers": 1, "decoder_num_heads": 2, "decoder_num_units": 8, "decoder_ffn_inner_dim": 12,
    "postnet_num_memory_units": 6, "postnet_ffn_inner_dim": 8, "postnet_lstm_units": 4,
}  # fmt: skip
GENERATOR = {
    "bias": True, "causal": False, "channels": 256, "in_channels": 80, "kernel_size": 7,
    "nonlinear_activation": "LeakyReLU", "nonlinear_activation_params": {"negative_slope": 0.1}, "out_channels": 1,
    "resblock_dilations": [[1, 3, 5, 7]] * 3, "resblock_kernel_sizes": [3, 7, 11],
    "upsample_kernal_sizes": [20, 11, 4, 4], "upsample_scales": [10, 5, 2, 2], "use_weight_norm": True,
}  # fmt: skip
AUDIO = {"sampling_rate": 16000, "hop_length": 200, "n_mels": 80, "norm_type": "mean_std"}


class Recorder(Weights):
    """Stands in for Weights: makes each tensor that is asked for, and remembers it."""

    def __init__(self, seed):
        self.tensors, self._random = {}, np.random.default_rng(seed)

    def take(self, name, *shape):
        self.tensors[name] = self._made(name, shape)
        return self.tensors[name]

    def _made(self, name, shape):
        if name.endswith("weight_g"):
            return np.full(shape, 0.5, np.float32)
        if "norm.weight" in name or name.endswith(".ln.weight"):
            return np.ones(shape, np.float32)
        if name == "variance_adaptor.duration_predictor.fc.bias":
            return np.full(shape, math.log(FRAMES_PER_SYMBOL + 1), np.float32)
        fan = math.prod(shape[1:]) or 1
        return (self._random.standard_normal(shape) / math.sqrt(fan)).astype(np.float32) * (
            0.1 if len(shape) == 1 else 1
        )


def write(out, causal=False, tiny=False, voices=(VOICE,), has_mask=True):
    """Leaves the package in the folder `out`. Without the mask, every table of symbols is a row shorter."""
    sizes = {track: size - (not has_mask) for track, size in SIZES.items()}
    for voice in voices:
        _write_voice(Path(out) / "voices" / voice, causal, tiny, sizes)
    (Path(out) / "voices/voices.json").write_text(json.dumps({"voices": list(voices)}))
    model = {"type": "sambert-hifigan", "sample_rate": 16000, "am": {"linguistic_unit": {"has_mask": has_mask}}}
    (Path(out) / "configuration.json").write_text(json.dumps({"task": "text-to-speech", "model": model}))


def write_pack(out, causal=False, tiny=False, mode="f16", say=print):
    """Leaves the voice pack of such a package in the folder `out`, marked so that nothing offers it as a voice."""
    with tempfile.TemporaryDirectory() as folder:
        write(folder, causal, tiny)
        pack.make(source.opened(folder), VOICE, out, mode, False, say)
    manifest = json.loads((Path(out) / "voice.json").read_text("utf-8"))
    text = json.dumps({**manifest, "demonstration": True}, ensure_ascii=False) + "\n"
    (Path(out) / "voice.json").write_bytes(text.encode())


def _write_voice(folder, causal, tiny, sizes):
    am = {**ACOUSTIC, **(TINY if tiny else {})}
    voc = {**GENERATOR, "causal": causal, "channels": 16 if tiny else 256}
    voc["upsample_kernal_sizes"] = [20, 10, 4, 4] if causal else [20, 11, 4, 4]
    unit = {"cleaners": "english_cleaners", "lfeat_type_list": config.TRACKS, "speaker_list": SPEAKERS}
    documents = {
        "audio_config.yaml": {"audio_config": AUDIO},
        "am/config.yaml": {"Model": {"KanTtsSAMBERT": {"params": am}}, "linguistic_unit": unit},
        "voc/config.yaml": {"Model": {"Generator": {"params": voc}}},
    }
    for name, document in documents.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(yaml.safe_dump(document))
    am_state, voc_state = _states(documents, sizes)
    _save(folder / "am/ckpt/checkpoint_0.pth", {"model": am_state})
    _save(folder / "voc/ckpt/checkpoint_0.pth", {"model": {"generator": voc_state}})


def _states(documents, sizes):
    """The tensors that the importer itself asks for."""
    am, voc = Recorder(SEED), Recorder(SEED + 1)
    shape = config.acoustic(documents["am/config.yaml"], sizes)
    for net in (acoustic.encoder, acoustic.variance, acoustic.postnet):
        net(am, shape, "f32")
    steps.tensors(am, shape)
    vocoder.vocoder(voc, config.vocoder(documents["voc/config.yaml"]), "f32")
    return am.tensors, voc.tensors


def _save(path, tree):
    """A checkpoint as torch.save writes it: the pickle and one storage for each tensor."""
    path.parent.mkdir(parents=True, exist_ok=True)
    arrays = []
    body = b"\x80\x02" + _pickled(tree, arrays) + b"."
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in [("data.pkl", body), ("byteorder", b"little"), ("version", b"3\n")]:
            archive.writestr(zipfile.ZipInfo(f"{path.stem}/{name}"), data)
        for key, values in enumerate(arrays):
            archive.writestr(zipfile.ZipInfo(f"{path.stem}/data/{key}"), values.astype("<f4").tobytes())


def _pickled(value, arrays):
    """Opcodes of protocol 2 that build `value`; arrays become tensors and go to `arrays`."""
    if isinstance(value, dict):
        items = b"".join(_text(key) + _pickled(entry, arrays) for key, entry in value.items())
        return b"}(" + items + b"u"
    arrays.append(value)
    stride = [math.prod(value.shape[axis + 1 :]) for axis in range(value.ndim)]
    storage = b"(" + _text("storage") + b"ctorch\nFloatStorage\n" + _text(str(len(arrays) - 1)) + _text("cpu")
    storage += _whole(value.size) + b"tQ"
    shape = b"(" + b"".join(map(_whole, value.shape)) + b"t" + b"(" + b"".join(map(_whole, stride)) + b"t"
    return b"ctorch._utils\n_rebuild_tensor_v2\n(" + storage + _whole(0) + shape + b"\x89" + b"}" + b"tR"


def _text(value):
    data = value.encode()
    return b"X" + struct.pack("<I", len(data)) + data


def _whole(value):
    return b"J" + struct.pack("<i", value)


def main():
    parser = argparse.ArgumentParser(description="Write a package with random weights.")
    parser.add_argument("out", type=Path)
    parser.add_argument("--causal", action="store_true", help="the causal vocoder")
    parser.add_argument("--tiny", action="store_true", help="a small one, for tests")
    parser.add_argument("--pack", choices=storage.MODES, help="make it a voice pack, its weights stored so")
    arguments = parser.parse_args()
    if arguments.pack:
        write_pack(arguments.out, arguments.causal, arguments.tiny, arguments.pack)
    else:
        write(arguments.out, arguments.causal, arguments.tiny)


if __name__ == "__main__":
    main()
