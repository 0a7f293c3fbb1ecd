"""Checks the texts: line counts, lengths, forbidden characters, duplicates. Prints the counts; exits with 1 when something is wrong."""

import re
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
# file -> (lines, least characters, most characters)
TEXTS = {
    "news": (90, 20, 80),
    "dialogue": (160, 3, 30),
    "story": (90, 20, 90),
    "technical": (70, 15, 70),
    "questions": (110, 2, 35),
    "exclamations": (80, 1, 35),
    "short": (260, 1, 6),
    "numbers": (120, 3, 60),
    "erhua": (70, 5, 40),
    "syllables": (80, 5, 40),
    "tones": (110, 5, 40),
    "english": (260, 5, 80),
    "english-words": (600, 5, 60),
    "long": (40, 90, 100),
}
EVAL = {
    "everyday.txt": (40, 10, 30),
    "literary.txt": (10, 10, 60),
    "technical.txt": (10, 10, 60),
    "short.txt": (40, 1, 2),
    "english.tsv": (100, 5, 40),
}
ALLOWED = re.compile(r"[一-龥〇A-Za-z0-9 ，。！？、：；“”‘’（）《》—…·.,?!'%℃°¥$¥￥€£+\-−±×÷=/:@#&~～km²³_]+")
HANZI = re.compile(r"[一-龥，。！？、]+")


def bare(line):
    return re.sub(r"[\W_]", "", line).lower()


def main():
    faults = []
    seen = {}
    files = [(HERE / f"{name}.txt", limits) for name, limits in TEXTS.items()]
    files += [(HERE.parent / "eval" / name, limits) for name, limits in EVAL.items()]
    for path, (count, least, most) in files:
        where = f"{path.parent.name}/{path.name}"
        lines = path.read_text(encoding="utf-8").splitlines()
        if path.suffix == ".tsv":
            words = [line.split("\t")[0].lower() for line in lines]
            if len(set(words)) != len(words):
                faults.append(f"{where}: a word comes twice")
            for line in lines:
                word, carrier = line.split("\t")
                found = re.findall(r"[A-Za-z']+", carrier)
                if found != [word]:
                    faults.append(f"{where}: {line!r} must hold its word once, and no other")
            lines = [line.split("\t")[1] for line in lines]
        print(f"{where}: {len(lines)} lines, {sum(map(len, lines))} characters")
        if len(lines) < count:
            faults.append(f"{where}: {len(lines)} lines, {count} wanted")
        for line in lines:
            if not least <= len(line) <= most:
                faults.append(f"{where}: {len(line)} characters, {least} to {most} wanted: {line}")
            allowed = HANZI if path.parent.name == "eval" and path.suffix == ".txt" else ALLOWED
            if line != line.strip() or not allowed.fullmatch(line):
                faults.append(f"{where}: forbidden characters {allowed.sub('', line)!r}: {line}")
            # Inside texts/, 嗯。 and 嗯？ are two utterances; eval/ shares no words with texts/ at all.
            key = bare(line) if path.parent.name == "eval" else line
            keys = {key} if path.parent.name == "eval" else {line, bare(line)}
            if key in seen:
                faults.append(f"{where}: also in {seen[key]}: {line}")
            for k in keys:
                seen.setdefault(k, where)
    print(*faults, sep="\n")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
