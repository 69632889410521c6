"""Run with `python -m unittest discover tests` from Training/."""

import tempfile
import unittest
from pathlib import Path

import torch

from sparsedit_training.autoencoder import AutoencoderConfig, CompactAutoencoder
from sparsedit_training.data import family, held_out_families
from sparsedit_training.export import dequantise, mean_of, stored
from sparsedit_training.text_encoder import CompactTextEncoder, TextEncoderConfig
from sparsedit_training.transformer import HiDreamTransformer, TransformerConfig


class TransformerTests(unittest.TestCase):
    def test_equals_diffusers_with_and_without_padding(self):
        try:
            from diffusers import HiDreamImageTransformer2DModel
        except ImportError:
            self.skipTest("diffusers is not installed")
        torch.manual_seed(0)
        config = TransformerConfig()
        json = config.to_json()
        del json["_class_name"]
        reference = HiDreamImageTransformer2DModel(**json).eval()
        model = HiDreamTransformer(config).eval()
        model.load_state_dict(reference.state_dict())
        latent, times = torch.randn(2, 16, 16, 16), torch.tensor([37.0, 901.0])
        t5, llama = torch.randn(2, 9, 192), torch.randn(3, 2, 2, 192)
        pooled = torch.randn(2, 384)
        with torch.no_grad():
            wanted = reference(latent, times, t5, llama, pooled).sample
            plain = model(latent, times, t5, llama, pooled)
            valid = torch.arange(12).expand(2, -1) < 9
            padded = torch.cat((t5, torch.randn(2, 3, 192)), 1)
            masked = model(latent, times, padded, llama, pooled, valid)
        # 1e-6 was measured, of values up to 2.8: float32 sums in another order.
        self.assertLess((plain - wanted).abs().max().item(), 1e-5)
        self.assertLess((masked - wanted).abs().max().item(), 1e-5)


class AutoencoderTests(unittest.TestCase):
    def test_a_torus_rolls(self):
        torch.manual_seed(0)
        model = CompactAutoencoder(AutoencoderConfig(widths=[16, 32]))
        model.set_circular(True)
        picture = torch.randn(1, 3, 64, 64)
        with torch.no_grad():
            rolled = model.encode(picture.roll((8, 16), (2, 3)))
            wanted = model.encode(picture).roll((1, 2), (2, 3))
        # The same sums for every place, except for the order in which a kernel takes them.
        torch.testing.assert_close(rolled, wanted, rtol=1e-5, atol=1e-5)


class TextEncoderTests(unittest.TestCase):
    def test_padding_changes_nothing(self):
        torch.manual_seed(0)
        model = CompactTextEncoder(TextEncoderConfig(vocab_size=50))
        tokens = torch.tensor([[0, 7, 8]])
        valid = torch.tensor([[True, True, True, False]])
        with torch.no_grad():
            plain = model(tokens)
            padded = model(torch.tensor([[0, 7, 8, 9]]), valid)
        torch.testing.assert_close(plain.pooled, padded.pooled)
        torch.testing.assert_close(plain.llama, padded.llama)


class DataTests(unittest.TestCase):
    def test_siblings_share_a_family(self):
        self.assertEqual(family("a/brick_01a.jpg"), family("a/brick_02b.jpg"))
        self.assertNotEqual(family("a/brick_01.jpg"), family("a/wood_01.jpg"))

    def test_split_takes_whole_families(self):
        records = [{"package": "p", "path": f"{name}_{i}a.png"} for name in "abcdefghij" for i in range(4)]
        chosen = held_out_families(records)
        taken = sum((r["package"], family(r["path"])) in chosen for r in records)
        self.assertLessEqual(taken, 4)


class ExportTests(unittest.TestCase):
    def test_rows_come_back_within_half_a_step(self):
        weight = torch.randn(128, 96)
        back = dequantise(stored({"a.weight": weight}, quantised=True))["a.weight"]
        step = weight.abs().amax(1, keepdim=True) / 127
        self.assertTrue(((back - weight).abs() <= 0.5001 * step).all())

    def test_the_mean_of_averages_is_taken_name_by_name(self):
        with tempfile.TemporaryDirectory() as folder:
            files = [Path(folder) / f"{number}.pt" for number in range(3)]
            for file, value in zip(files, (1.0, 2.0, 6.0)):
                torch.save({"model": {"a": torch.full((2, 3), value), "b": torch.tensor([-value])}}, file)
            mean = mean_of(files)
            self.assertEqual(mean["a"].tolist(), [[3.0] * 3] * 2)
            self.assertEqual(mean["b"].tolist(), [-3.0])
            for other in ({"a": torch.zeros(2, 3)}, {"a": torch.zeros(1, 3), "b": torch.zeros(1)}):
                torch.save({"model": other}, files[2])
                with self.assertRaisesRegex(ValueError, "one shape"):
                    mean_of(files)


if __name__ == "__main__":
    unittest.main()
