"""The fixed mask that stands for the original's dropout.

The original drops half of the f0 and energy embedding at inference, anew at every run. Leaving the
dropout out flattens the tones, so one mask per embedding is baked in. choose_mask.py picked it.
"""

import numpy as np

CHANNELS = 256
# The best of seeds 0-255: nearer to the average of random runs than a single random run is (2.37 against 3).
MASK_SEED = 29


def seeded_mask(seed):
    """Two boolean rows of channels kept, (f0, energy), half of them true on average.

    RandomState, not default_rng: numpy promises that its streams never change.
    """
    kept = np.random.RandomState(seed).random_sample((2, CHANNELS)) >= 0.5
    return kept[0], kept[1]


F0_CHANNELS, ENERGY_CHANNELS = seeded_mask(MASK_SEED)
