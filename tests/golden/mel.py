"""Golden mel spectra: librosa 0.11 (ISC) on a signal that the test makes anew.

pip install librosa==0.11.0; python tests/golden/mel.py > tests/golden/mel.json
"""

import json

import librosa
import numpy as np

RATE, SIZE, BANDS, MOST = 24_000, 1024, 64, 8_000

# As in tests/web/unit/sound.test.js: two tones, and one that glides.
t = np.arange(4 * SIZE, dtype=np.float64) / RATE
signal = 0.5 * np.sin(2 * np.pi * 220 * t) + 0.1 * np.sin(2 * np.pi * 3100 * t) + 0.2 * np.sin(2 * np.pi * (500 + 6000 * t) * t)

power = np.abs(librosa.stft(signal, n_fft=SIZE, hop_length=SIZE, window="hann", center=False, dtype=np.complex128)) ** 2
bands = librosa.filters.mel(sr=RATE, n_fft=SIZE, n_mels=BANDS, fmin=0, fmax=MOST, htk=True, norm=None, dtype=np.float64) @ power
decibels = librosa.power_to_db(bands, ref=1.0, amin=1e-10, top_db=None)
print(json.dumps(np.round(decibels.T, 4).tolist()))
