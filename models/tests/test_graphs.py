import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "baker"))

import numpy as np
import onnx
from onnx import numpy_helper

import mbmelgan
from dropout_mask import ENERGY_CHANNELS, F0_CHANNELS
from sentences import FILE, sentences, symbols
from tflite_graph import TfliteGraph
from tflite_weights import Weight, half


class FakeSource:
    def __init__(self, **constants):
        self._constants = constants

    def named(self, name):
        return Weight(self._constants[name])


class Synthesis(unittest.TestCase):
    def test_the_transposed_conv_is_upsampling_and_filtering(self):
        random = np.random.RandomState(0)
        upsampler = np.zeros((4, 1, 4, 4))
        upsampler[:, 0, 0] = 4 * np.eye(4)
        filters = random.randn(63, 4)
        names = ("conv1d_transpose;PartitionedCall/conv1d_transpose", "conv1d;PartitionedCall/conv1d1")
        kernel = mbmelgan.synthesis_kernel(FakeSource(**dict(zip(names, (upsampler, filters[None, None])))))
        bands = random.randn(4, 30)

        spread = np.zeros((4, 120))
        spread[:, ::4] = 4 * bands
        padded = np.pad(spread, ((0, 0), (31, 31)))
        wanted = [(padded[:, n : n + 63] * filters.T).sum() for n in range(120)]

        found = np.zeros(120 + 63)
        for column in range(30):
            found[4 * column : 4 * column + 63] += bands[:, column] @ kernel[:, 0]
        np.testing.assert_allclose(found[31 : 31 + 120], wanted, atol=1e-9)

    def test_an_upsampler_of_another_form_is_refused(self):
        names = ("conv1d_transpose;PartitionedCall/conv1d_transpose", "conv1d;PartitionedCall/conv1d1")
        arrays = (np.ones((4, 1, 4, 4)), np.ones((1, 1, 63, 4)))
        with self.assertRaises(ValueError):
            mbmelgan.synthesis_kernel(FakeSource(**dict(zip(names, arrays))))


class Weights(unittest.TestCase):
    def stored(self, weight):
        graph = TfliteGraph("test")
        x = graph.input("x", [1, 3, "N"])
        graph.output(graph.conv_same("conv", x, weight, np.zeros(2, np.float32)), "y", [1, 2, "N"])
        model = onnx.load_from_string(graph.serialized())
        return {w.name: numpy_helper.to_array(w) for w in model.graph.initializer}

    def test_int8_and_f16_are_stored_as_they_are(self):
        values = np.arange(6, dtype=np.int8).reshape(2, 3, 1)
        stored = self.stored(Weight(values, np.float32(0.25)))
        np.testing.assert_array_equal(stored["conv/weight/stored"], values)
        self.assertEqual(stored["conv/weight/stored"].dtype, np.int8)
        self.assertEqual(stored["conv/weight/scale"], np.float32(0.25))
        self.assertEqual(self.stored(half(values))["conv/weight/stored"].dtype, np.float16)

    def test_a_channel_gain_goes_into_the_scale(self):
        weight = Weight(np.ones((2, 3, 1), np.int8), np.float32(0.25))
        stored = self.stored(weight.amplified(np.array([2, 0], np.float32)))
        np.testing.assert_array_equal(stored["conv/weight/scale"].ravel(), [0.5, 0])


class Mask(unittest.TestCase):
    def test_about_half_of_the_channels_are_kept(self):
        for kept in (F0_CHANNELS, ENERGY_CHANNELS):
            self.assertEqual(kept.shape, (256,))
            self.assertTrue(96 <= kept.sum() <= 160)


class Sentences(unittest.TestCase):
    PINYIN = {"ni": ["n", "i"], "a": ["^", "a"]}

    def test_marks_between_and_ends_around(self):
        self.assertEqual(symbols("ni3 a5", self.PINYIN), "sil n i3 #0 ^ a5 sil eos".split())
        self.assertEqual(symbols("ni3 , a5", self.PINYIN), "sil n i3 #3 ^ a5 sil eos".split())

    def test_goldens_are_not_used_to_choose_the_mask(self):
        lines = FILE.read_text(encoding="utf-8").splitlines()
        texts = [line.split("\t")[1] for line in lines]
        self.assertEqual(len(texts), len(set(texts)))
        self.assertGreaterEqual(sum(line.startswith("golden") for line in lines), 6)
        self.assertEqual(sentences("unknown", self.PINYIN), [])


if __name__ == "__main__":
    unittest.main()
