"""Makes voice packs of the packages with published numbers, for the tests of the engine.

    python models/tests/golden_packs.py PACKAGES OUT

PACKAGES holds them by name, each with `golden.npz` and `symbols.txt`. In OUT, NAME is the pack in f32 with the twins of
the step nets, `golden.safetensors` and `symbols.txt`; NAME-f16 and NAME-int8 are the packs as users have them.
"""

import shutil
import sys
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from sambert import pack, package, source, tensor_file  # noqa: E402

# `tiny-nsf` beside them is of a kind that the importer refuses.
NAMES = ("tiny-causal", "tiny-noncausal")


def make(packages, out, say):
    """Leaves the packs in the folder `out`, and nothing else."""
    shutil.rmtree(out, ignore_errors=True)
    for name in NAMES:
        opened = source.opened(packages / name)
        voice = package.names(opened)[0]
        pack.make(opened, voice, out / name, "f32", with_twins=True, say=say)
        for mode in ("f16", "int8"):
            pack.make(opened, voice, out / f"{name}-{mode}", mode, with_twins=False, say=say)
        golden = dict(np.load(packages / name / "golden.npz"))
        (out / name / "golden.safetensors").write_bytes(tensor_file.serialized(golden))
        shutil.copy(packages / name / "symbols.txt", out / name)


if __name__ == "__main__":
    make(*map(Path, sys.argv[1:]), say=print)
