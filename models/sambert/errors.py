"""The one error of the importer, with the codes of `src/error`."""

MISSING = "voice-missing"
CORRUPT = "voice-corrupt"
UNSUPPORTED = "voice-unsupported"
OUTPUT_FAILED = "output-failed"
OPTION_INVALID = "option-invalid"
OUT_OF_MEMORY = "out-of-memory"
CRASHED = "engine-crashed"


class ImportFailed(Exception):
    """An import that can't be done: a stable code and a sentence for people."""

    def __init__(self, code, message):
        super().__init__(message)
        self.code = code


def missing(message):
    """Something that the package must hold isn't there."""
    return ImportFailed(MISSING, message)


def corrupt(message):
    """Something in the package is not what it should be."""
    return ImportFailed(CORRUPT, message)


def unsupported(message):
    """The package is sound, but of a kind that the importer doesn't know."""
    return ImportFailed(UNSUPPORTED, message)
