"""How often crops are shown and at which scales, and what shrunken latents are."""

import math
import tempfile
import unittest
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import torch

from sparsedit_training.captions import plain, reword, scales, shares, truthful
from sparsedit_training.data import Picture, Pictures
from sparsedit_training.latents import draw
from sparsedit_training.train_autoencoder import shrunk


@contextmanager
def stored(pixels: np.ndarray):
    """A folder of pictures with this one at its start."""
    with tempfile.TemporaryDirectory() as folder:
        pixels.tofile(Path(folder) / "pictures.u8")
        (Path(folder) / "pictures.json").write_text("[]")
        yield Pictures(Path(folder))


class SharesTest(unittest.TestCase):
    CAPTIONS = ["grey metal plate"] * 90 + ["cobblestones"] * 10 + ["orange drum kit"] * 10

    def drawn(self, evenness: float) -> np.ndarray:
        found = shares(self.CAPTIONS, evenness)
        self.assertAlmostEqual(found.sum(), 1)
        return np.array([found[:90].sum(), found[90:100].sum(), found[100:].sum()])

    def test_without_evenness_every_crop_of_a_subject_counts_alike(self):
        metal, cobbles, _ = self.drawn(0)
        self.assertAlmostEqual(metal / cobbles, 9)

    def test_the_rare_is_shown_more_often(self):
        ratios = [metal / cobbles for metal, cobbles, _ in map(self.drawn, (0, 0.25, 0.5))]
        self.assertEqual(ratios, sorted(ratios, reverse=True))
        self.assertLess(ratios[-1], 5)

    def test_what_is_of_no_subject_is_shown_less(self):
        _, cobbles, other = self.drawn(0)
        self.assertAlmostEqual(other / cobbles, 0.33)

    def test_what_is_laid_is_shown_more_often_by_a_factor(self):
        captions = (
            ["red brick wall"] * 10
            + ["square tiles"] * 10
            + ["dry sand"] * 10
            + ["mossy tiles", "oak planks"]
        )
        once, thrice = shares(captions, 0), shares(captions, 0, laid=3)
        np.testing.assert_allclose(thrice[:20] / thrice[20], 3 * once[:20] / once[20])
        np.testing.assert_allclose(thrice[30:] / thrice[20], once[30:] / once[20])

    def test_what_there_is_little_of_is_shown_more_often_by_a_factor(self):
        captions = ["dark forest from above"] * 10 + ["white plaster wall"] * 10 + ["dry sand"] * 10
        once, thrice = shares(captions, 0), shares(captions, 0, few=3)
        np.testing.assert_allclose(thrice[:20] / thrice[20], 3 * once[:20] / once[20])


class RewordTest(unittest.TestCase):
    def test_what_runs_level_is_always_told(self):
        rng = np.random.default_rng(1)
        for _ in range(200):
            text = reword("Brown wooden planks, horizontal, with nails, dirty", True, 0.5, rng)
            self.assertEqual(text.count("horizontal"), 1)
            text = reword("Brown wooden planks, vertical, with nails, dirty", True, 0.5, rng)
            self.assertNotIn("horizontal", text)

    def test_what_makes_it_another_thing_is_not_left_out(self):
        rng = np.random.default_rng(2)
        for caption, words in (
            ("brown crate boards with two vertical posts, clean", ("crate", "box")),
            ("grey slate roof tiles, overlapping rows", ("roof",)),
            ("plaster wall, grey, chipped blue paint below", ("below",)),
            ("sea of clouds with golden light", ("of cloud",)),
        ):
            for _ in range(100):
                text = reword(caption, True, None, rng)
                self.assertTrue(any(word in text for word in words), text)
        for caption, short in (
            ("brown oak boards, clean, sawn", "boards"),
            ("dark forest from above", "forest"),
        ):
            self.assertIn(short, {reword(caption, True, None, rng) for _ in range(200)})


class PlainTest(unittest.TestCase):
    @staticmethod
    def of(caption: str) -> set:
        rng = np.random.default_rng(5)
        return {plain(caption, rng) for _ in range(200)}

    def test_it_ends_with_what_the_picture_is_of(self):
        found = self.of("grey and yellow cobblestones with mossy gaps, top-down")
        self.assertEqual(found, {"cobblestones", "cobblestones from above"})
        found = self.of("dense dark green forest canopy with gaps, aerial")
        self.assertIn("forest canopy", found)
        self.assertIn("canopy from above", found)
        self.assertIn("green forest canopy", found)

    def test_a_word_that_names_nothing_is_not_alone(self):
        found = self.of("orange brick wall with thin grey mortar, evenly lit")
        self.assertEqual(found, {"brick wall", "orange brick wall"})

    def test_snow_covered_is_one_word(self):
        self.assertIn("snow-covered hills", self.of("snow-covered hills under a grey sky"))


class TruthTest(unittest.TestCase):
    def test_grass_is_called_green_only_where_it_is(self):
        green, olive = (80, 110, 40), (105, 110, 40)
        for caption, without in (
            ("Green grass with worn dirt, top-down", "grass with worn dirt, top-down"),
            ("short green grass", "short grass"),
            ("bright green alpine grass", "alpine grass"),
        ):
            self.assertEqual(truthful(caption, np.array(green)), caption)
            self.assertEqual(truthful(caption, np.array(olive)), without)
        for caption in (
            "green and brown grass",
            "dull green grass",
            "olive green lawn",
            "sand with green grass",
            "green tiles",
        ):
            self.assertEqual(truthful(caption, np.array(olive)), caption)

    def test_each_crop_is_told_of_by_itself(self):
        # Green on the left, dirt on the right: crops of either end are called what they are.
        pixels = np.zeros((128, 1280, 3), np.uint8)
        pixels[:, :640], pixels[:, 640:] = (80, 130, 40), (130, 100, 60)
        picture = Picture(0, 128, 1280, "green grass beside dirt", "texture", 0, False, False)
        with stored(pixels) as pictures:
            rng = np.random.default_rng(1)
            told = set()
            for _ in range(40):
                crop, described = draw(pictures, None, picture, 128, rng)
                red, green, _ = crop.mean((0, 1))
                self.assertEqual("green" in described.caption, green - red >= 0.08 * green)
                told.add(described.caption)
            self.assertEqual(told, {"green grass beside dirt", "grass beside dirt"})


class ScalesTest(unittest.TestCase):
    def test_what_is_made_of_small_parts_is_seen_from_near(self):
        for caption in ("Red brick wall", "round grey pebbles", "autumn leaves", "square stone tiles"):
            self.assertEqual(scales(caption), (0.75, 1.3), caption)
        for caption in ("dry sand", "grey metal plate", "cloudy sky", "a forest canopy from above"):
            self.assertEqual(scales(caption), (1, math.inf), caption)

    def test_a_crop_has_the_scale_it_tells(self):
        # Each pixel's value is its column, so that a crop's slope is its scale.
        columns = np.broadcast_to(np.arange(250, dtype=np.uint8)[None, :, None], (250, 250, 3))
        picture = Picture(0, 250, 250, "a ramp to the left", "texture", 2, False, False)
        with stored(columns) as pictures:
            rng = np.random.default_rng(1)
            for wanted, (low, high) in (((1, math.inf), (1, 250 / 128)), ((0.75, 1.3), (0.75, 1.3))):
                told = []
                for _ in range(40):
                    crop, scale = pictures.crop(picture, 128, rng, scales=wanted)
                    row = crop[64, 8:-8, 0].astype(float)
                    self.assertAlmostEqual((row[-1] - row[0]) / (len(row) - 1), scale, delta=0.02)
                    told.append(scale)
                self.assertGreaterEqual(min(told), low - 0.01)
                self.assertLessEqual(max(told), high + 0.01)
                self.assertGreater(max(told) / min(told), 0.8 * high / low)


class ShrunkTest(unittest.TestCase):
    def test_plain_stays_plain_and_halves_are_means(self):
        plain = torch.full((1, 2, 16, 16), 0.7)
        torch.testing.assert_close(shrunk(plain, 6), plain[..., :6, :6])
        ramp = torch.arange(16.0).expand(1, 1, 16, 16)
        middle = shrunk(ramp, 8)[0, 0, 4]
        # Away from the border, where the filter is cut off, a ramp stays one, of twice the slope.
        torch.testing.assert_close(middle[2:6], torch.tensor([4.5, 6.5, 8.5, 10.5]))


if __name__ == "__main__":
    unittest.main()
