"""Listens to voices by numbers.

    evaluate.py WHISPER NAME=FOLDER [NAME=FOLDER ...] [--sets everyday short english] [--verbose]

A FOLDER has `SET-NUMBER.wav` for the texts of `eval/SET.txt` (or .tsv), as `speak_eval.py` writes them. WHISPER is a
folder with faster-whisper's files of Whisper base. Prints a row for each voice and set:

- error: syllables that the recogniser got wrong, without and with tones, in per cent. Homophones count as right.
- understood: texts (sets `short` and `english`: the word in question) that it got right.
- DNSMOS P.835 overall and P.808, 1 to 5.
- F0: median in Hz and standard deviation in semitones.
- flatness: of voiced frames from 2 to 8 kHz, in dB; nearer to 0 is noisier, lower is buzzier.
"""

import argparse
import re
from pathlib import Path

import cn2an
import librosa
import numpy as np
import pyworld
import zhconv
from faster_whisper import WhisperModel
from pypinyin import Style, lazy_pinyin
from speechmos import dnsmos

HERE = Path(__file__).parent
SETS = sorted(path.stem for path in (HERE / "eval").iterdir())
# Texts of which the whole must be right, or one word.
UNDERSTOOD = {"short", "english"}
RATE = 16000


def main() -> None:
    arguments = parse()
    model = WhisperModel(str(arguments.whisper), device="cpu", compute_type="int8", cpu_threads=arguments.threads)
    for voice in arguments.voices:
        name, _, folder = voice.partition("=")
        for kind in arguments.sets:
            heard = [listen(model, path, text, word) for path, text, word in texts(Path(folder), kind, arguments.most)]
            if heard:
                print(row(name, kind, heard), flush=True)
            if arguments.verbose:
                for one in heard:
                    if one["wrong"]:
                        print(f"    {one['meant']} -> {one['heard']}")


def texts(folder: Path, kind: str, most: int) -> list[tuple[Path, str, str]]:
    """Path, text and, in the English set, the word in question, of what the folder has."""
    found = []
    for number, (text, word) in enumerate(lines(kind)[:most]):
        path = folder / f"{kind}-{number}.wav"
        if path.exists():
            found.append((path, text, word))
    return found


def lines(kind: str) -> list[tuple[str, str]]:
    """The texts of a set, each with its English word or nothing."""
    table = HERE / f"eval/{kind}.tsv"
    if table.exists():
        pairs = [line.split("\t") for line in table.read_text().splitlines()]
        return [(text, word) for word, text in pairs]
    return [(line, "") for line in (HERE / f"eval/{kind}.txt").read_text().splitlines()]


def listen(model: WhisperModel, path: Path, text: str, word: str) -> dict:
    wave, _ = librosa.load(path, sr=RATE)
    heard = transcript(model, wave)
    plain, meant = as_hanzi(heard), hanzi(text)
    wrong = edits(lazy_pinyin(meant), lazy_pinyin(plain))
    tone = lambda words: lazy_pinyin(words, style=Style.TONE3)
    mos = dnsmos.run(0.9 * wave / max(1e-9, np.abs(wave).max()), RATE)
    got_word = re.search(rf"(?<![a-z]){re.escape(word.lower())}(?![a-z])", heard.lower()) is not None
    return {
        "meant": text, "heard": heard, "syllables": len(meant), "wrong": (not got_word) if word else wrong,
        "plain": wrong, "toned": edits(tone(meant), tone(plain)), "overall": mos["ovrl_mos"], "p808": mos["p808_mos"],
        **pitch_and_flatness(wave.astype(np.float64)),
    }  # fmt: skip


def transcript(model: WhisperModel, wave: np.ndarray) -> str:
    """What the recogniser hears at 16 kHz."""
    # One temperature: with the fallbacks the recogniser makes up sentences for a single syllable, at random.
    segments, _ = model.transcribe(
        wave, language="zh", beam_size=5, temperature=0.0, initial_prompt="以下是普通话的句子。"
    )
    return "".join(segment.text for segment in segments)


def as_hanzi(heard: str) -> str:
    """A transcript in simplified hanzi alone."""
    return hanzi(zhconv.convert(spelled(heard), "zh-cn"))


def spelled(heard: str) -> str:
    """Digits as hanzi; what the converter does not take stays."""
    try:
        return cn2an.transform(heard, "an2cn")
    except ValueError:
        return heard


def hanzi(text: str) -> str:
    return "".join(re.findall(r"[\u4e00-\u9fff]", text))


def pitch_and_flatness(wave: np.ndarray) -> dict:
    rough, times = pyworld.dio(wave, RATE, 60.0, 550.0, frame_period=10.0)
    f0 = pyworld.stonemask(wave, rough, times, RATE)
    spectrum = np.abs(librosa.stft(wave, n_fft=1024, hop_length=160)) ** 2 + 1e-12
    band = spectrum[128:512, : len(f0)]
    voiced = f0[: band.shape[1]] > 0
    flatness = 10 * np.log10(np.exp(np.log(band).mean(0)) / band.mean(0))
    return {"f0": f0[f0 > 0], "flatness": flatness[voiced]}


def row(name: str, kind: str, heard: list[dict]) -> str:
    total = sum(one["syllables"] for one in heard)
    per_cent = lambda key: 100 * sum(one[key] for one in heard) / max(1, total)
    f0 = np.concatenate([one["f0"] for one in heard])
    middle = np.median(f0) if len(f0) else 0.0
    spread = np.std(12 * np.log2(f0 / middle)) if len(f0) else 0.0
    understood = f" understood {sum(not one['wrong'] for one in heard)} of {len(heard)}" if kind in UNDERSTOOD else ""
    return (
        f"{name:12} {kind:10} error {per_cent('plain'):.1f} / {per_cent('toned'):.1f} % of {total}{understood}"
        f" DNSMOS {np.mean([one['overall'] for one in heard]):.2f} P.808 {np.mean([one['p808'] for one in heard]):.2f}"
        f" F0 {middle:.0f} Hz +-{spread:.1f} st flatness {np.concatenate([one['flatness'] for one in heard]).mean():.1f} dB"
    )


def edits(a: list, b: list) -> int:
    """Levenshtein distance between two sequences."""
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        previous, row[0] = row[:], i
        for j, y in enumerate(b, 1):
            row[j] = min(previous[j] + 1, row[j - 1] + 1, previous[j - 1] + (x != y))
    return row[-1]


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("whisper", type=Path)
    parser.add_argument("voices", nargs="+", metavar="NAME=FOLDER")
    parser.add_argument("--sets", nargs="+", choices=SETS, default=SETS)
    parser.add_argument("--most", type=int, default=1000, help="texts of a set")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--verbose", action="store_true", help="show what was misheard")
    return parser.parse_args()


if __name__ == "__main__":
    main()
