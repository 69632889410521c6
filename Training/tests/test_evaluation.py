"""The measures on pictures whose figures are known. Run with `python -m unittest discover tests`."""

import io
import json
import stat
import tempfile
import unittest
from argparse import ArgumentTypeError
from pathlib import Path

import numpy as np
import torch
from PIL import Image, ImageFilter

from sparsedit_training.data import Picture
from sparsedit_training.evaluation.autoencoder import pair_ratio
from sparsedit_training.evaluation.card import card, rows
from sparsedit_training.evaluation.classifier import Classifier
from sparsedit_training.evaluation.colour import green_dominant, lab, share_of, statistics
from sparsedit_training.evaluation.command import CommandError, Sparsedit, parsed
from sparsedit_training.evaluation.features import SIDE, features
from sparsedit_training.evaluation.inpainting import elsewhere, figures
from sparsedit_training.evaluation.intervals import interval
from sparsedit_training.evaluation.materials import MATERIALS, labelled
from sparsedit_training.evaluation.options import SECTION_NAMES, section_names
from sparsedit_training.evaluation.recognition import embedding
from sparsedit_training.evaluation.report import SECTIONS
from sparsedit_training.evaluation.sheet import LIMIT, PROMPTS, save_small
from sparsedit_training.evaluation.texture import (
    border_ratio,
    energies,
    fine_detail,
    halved,
    texture_distance,
)
from sparsedit_training.evaluation.tiling import seam_over_patches, seam_ratio, seams_elsewhere


def noise(size: int = 96, seed: int = 0) -> np.ndarray:
    """Rough stationary texture (size, size, 3)."""
    rng = np.random.default_rng(seed)
    coarse = Image.fromarray(rng.integers(60, 200, (size // 4, size // 4, 3), np.uint8))
    plane = np.asarray(coarse.resize((size, size), Image.Resampling.BICUBIC)).astype(int)
    return (plane + rng.integers(-25, 26, (size, size, 1))).clip(0, 255).astype(np.uint8)


def flat(colour: tuple[int, int, int], size: int = 32) -> np.ndarray:
    return np.full((size, size, 3), colour, np.uint8)


def picture(caption: str, kind: str = "texture") -> Picture:
    return Picture(0, 256, 256, caption, kind, 2, True, False)


class ColourTests(unittest.TestCase):
    def test_lab_of_known_colours(self):
        # The primaries of sRGB over D65, to the tenth (e.g. Lindbloom's calculator).
        known = {
            (255, 255, 255): (100, 0, 0),
            (255, 0, 0): (53.2, 80.1, 67.2),
            (0, 255, 0): (87.7, -86.2, 83.2),
            (0, 0, 255): (32.3, 79.2, -107.9),
            (119, 119, 119): (50.0, 0, 0),
        }
        for rgb, wanted in known.items():
            np.testing.assert_allclose(lab(np.array(rgb, np.uint8)), wanted, atol=0.15)

    def test_words_name_their_colours(self):
        named = {
            "red": (150, 60, 45), "blue": (90, 150, 220), "green": (80, 120, 60), "yellow": (220, 195, 110),
            "brown": (110, 75, 45), "purple": (110, 50, 140), "white": (235, 232, 228), "grey": (120, 122, 125),
            "orange": (225, 120, 40), "black": (20, 18, 22),
        }  # fmt: skip
        for word, rgb in named.items():
            self.assertEqual(share_of(word, flat(rgb)), 1, word)
        for word, rgb in {"red": "blue", "blue": "green", "green": "brown", "white": "black"}.items():
            self.assertEqual(share_of(word, flat(named[rgb])), 0, word)

    def test_grey_noise_is_not_green(self):
        self.assertLess(green_dominant(np.repeat(noise()[..., :1], 3, -1)), 0.001)

    def test_clipping_and_chroma(self):
        half = np.concatenate((flat((255, 40, 40)), flat((120, 120, 120))))
        found = statistics(half)
        self.assertEqual(found["clipped"], 0.5)
        self.assertAlmostEqual(found["saturation"], (1 - 40 / 255) / 2, places=5)


class TextureTests(unittest.TestCase):
    def test_the_same_is_at_distance_zero(self):
        self.assertEqual(texture_distance(noise(), noise())["distance"], 0)

    def test_another_patch_is_near_and_a_blur_far(self):
        truth = noise()
        other = texture_distance(noise(seed=5), truth)
        blur = np.asarray(Image.fromarray(truth).filter(ImageFilter.GaussianBlur(3)))
        blurred = texture_distance(blur, truth)
        self.assertLess(other["distance"], 0.5)
        self.assertGreater(blurred["energy"], 4 * other["energy"])
        # A blur of a stationary texture keeps its mean; the energy part must carry the difference.
        self.assertGreater(blurred["energy"], blurred["colour"])
        self.assertLess(fine_detail(blur, truth), 0.05)

    def test_another_colour_is_far_at_the_same_energy(self):
        shifted = noise().astype(int) + [30, 0, -30]
        found = texture_distance(shifted.clip(0, 255).astype(np.uint8), noise())
        self.assertGreater(found["colour"], 4 * found["energy"])

    def test_direction_counts(self):
        stripes = np.repeat(np.repeat(np.arange(64)[None] // 2 % 2 * 100 + 60, 64, 0)[..., None], 3, -1)
        stripes = stripes.astype(np.uint8)
        turned = texture_distance(stripes.swapaxes(0, 1).copy(), stripes)
        self.assertLess(turned["colour"], 1e-3)
        self.assertGreater(turned["energy"], 1)

    def test_halving_keeps_a_ramp(self):
        ramp = np.arange(16, dtype=np.float32)[None].repeat(16, 0)
        # Away from the mirrored border, the mean of two neighbours, in steps of two.
        np.testing.assert_allclose(halved(ramp)[3, 1:-1], np.arange(2.5, 14, 2))

    def test_energy_of_a_ramp(self):
        ramp = 3 * np.arange(32, dtype=np.float32)[None].repeat(32, 0)
        np.testing.assert_allclose(energies(ramp, 1)[0], [9, 0, 4.5, 4.5], rtol=1e-6)


class BorderTests(unittest.TestCase):
    def test_no_border_is_one_and_a_step_more(self):
        plain = noise(160)
        self.assertAlmostEqual(border_ratio(plain, 40, 50, 64), 1, delta=0.15)
        stepped = plain.astype(int)
        stepped[40:104, 50:114] += 50
        stepped = stepped.clip(0, 255).astype(np.uint8)
        self.assertGreater(border_ratio(stepped, 40, 50, 64), 1.5)

    def test_a_feathered_step_shows_at_reach(self):
        plain = noise(160).astype(np.float32)
        inside = np.zeros((160, 160), np.uint8)
        inside[40:104, 50:114] = 255
        soft = np.asarray(Image.fromarray(inside).filter(ImageFilter.GaussianBlur(2))) / 255
        stepped = (plain + 60 * soft[..., None]).clip(0, 255).astype(np.uint8)
        self.assertLess(border_ratio(stepped, 40, 50, 64), 1.25)
        self.assertGreater(border_ratio(stepped, 40, 50, 64, 4), 1.4)

    def test_figures_of_the_truth(self):
        truth = noise(256)
        found = figures(truth, truth, 40, 50, 64)
        self.assertEqual(found["distance"], 0)
        self.assertAlmostEqual(found["ssim"], 1, places=5)
        self.assertGreater(found["psnr"], 60)
        other = figures(truth, elsewhere(truth, 40, 50, 64), 40, 50, 64)
        self.assertLess(other["psnr"], 30)
        self.assertLess(other["distance"], 0.5)


class TilingTests(unittest.TestCase):
    def test_a_torus_has_ratio_one_and_a_crop_more(self):
        rough = np.random.default_rng(2).integers(0, 256, (64, 64, 3), np.uint8)
        for ratio in seam_ratio(rough):
            self.assertAlmostEqual(ratio, 1, delta=0.2)
        waves = 120 + 60 * np.sin(np.arange(64) * 2 * np.pi * 2 / 64)
        torus = np.repeat((waves[:, None] + waves[None] * 0.5)[..., None], 3, -1)
        # One of 64 places of a wave: its steps differ from their mean, which is 2/pi of the steepest.
        for ratio in seam_ratio(torus.clip(0, 255).astype(np.uint8)):
            self.assertAlmostEqual(ratio, np.pi / 2, delta=0.2)
        cut = torus[:56, :56].clip(0, 255).astype(np.uint8)
        for ratio in seam_ratio(cut):
            self.assertGreater(ratio, 3)

    def test_a_step_at_every_patch_is_no_seam(self):
        blocks = np.random.default_rng(3).integers(0, 256, (16, 16, 3), np.uint8).repeat(16, 0).repeat(16, 1)
        self.assertGreater(min(seam_ratio(blocks)), 10)
        self.assertAlmostEqual(seam_over_patches(blocks), 1, delta=0.3)
        # Fifteen equal steps up and one all the way down, which is the seam.
        stairs = np.arange(16, dtype=np.uint8).repeat(16)[None, :, None].repeat(256, 0).repeat(3, 2) * 10
        self.assertAlmostEqual(seam_over_patches(stairs), 15, places=3)

    def test_elsewhere_there_is_no_seam(self):
        rough = np.random.default_rng(4).integers(0, 20, (64, 64, 3), np.uint8)
        rough[:, 32:] += 100
        rough[32:] += 100
        # A step of 100 across the border of the picture, and one as high in its middle; noise differs by 7.
        self.assertGreater(max(seam_ratio(rough)), 5)
        found = seams_elsewhere(rough, 40, np.random.default_rng(5))
        self.assertLess(np.median(found), 1)


class PairTests(unittest.TestCase):
    def test_cells_of_two_show(self):
        picture = torch.rand(1, 3, 64, 64, generator=torch.Generator().manual_seed(0))
        self.assertAlmostEqual(pair_ratio(picture).item(), 1, delta=0.05)
        doubled = picture[..., ::2, ::2].repeat_interleave(2, 2).repeat_interleave(2, 3)
        self.assertGreater(pair_ratio(picture + doubled).item(), 1.2)


class CardTests(unittest.TestCase):
    BUNDLED = Path(__file__).parents[2] / "Sources" / "Models" / "Resources" / "bundled"

    def test_rows_follow_the_sections_that_are_there(self):
        figures = {
            "tiling": {
                "textures": 100,
                "larger_of_both": {"value": 1.05, "low": 1.0, "high": 1.1},
                "worst": 1.7,
                "larger_of_both_elsewhere": 1.04,
            },
            "upscaling": {"skipped": "no verb"},
        }
        what, figure = rows(figures)[0]
        self.assertEqual(len(rows(figures)), 1)
        self.assertIn("100 textures", what)
        self.assertEqual(figure, "median 1.05 (1.00 to 1.10), worst 1.70; 1.04 at lines anywhere else")

    def test_the_card_is_filled(self):
        with tempfile.TemporaryDirectory() as folder:
            figures, target = Path(folder) / "figures.json", Path(folder) / "README.md"
            figures.write_text(json.dumps({"colour_words": COLOURS}))
            card(figures, self.BUNDLED, target)
            text = target.read_text()
        mossy = "61 % of pixels green-dominant; the classifier gives 42 % to stone"
        self.assertIn(f"| `mossy cobblestones`, median of 6 seeds | {mossy} |", text)
        self.assertIn("| transformer | `HiDreamImageTransformer2DModel`: ", text)
        self.assertNotIn("<!--", text)

    def test_figures_of_another_version_are_said_to_be(self):
        with tempfile.TemporaryDirectory() as folder:
            figures = Path(folder) / "figures.json"
            figures.write_text(json.dumps({"autoencoder": {"pictures": 3}}))
            with self.assertRaisesRegex(SystemExit, "psnr_mean.* is missing"):
                card(figures, self.BUNDLED, Path(folder) / "README.md")


COLOURS = {"passed": 3, "of": 4, "prompts": {"mossy cobblestones": {"share": 0.61, "stony": 0.42}}}


class ClassifierTests(unittest.TestCase):
    def test_captions_name_one_material(self):
        names = [material.name for material in MATERIALS]
        wanted = {
            "red brick wall with pale joints": "brick",
            "dark rusty metal plate": "rust",
            "grey metal wall panel": "metal",
            "green grass from above": "grass",
            "grey stone brick wall": "stone wall",
            "beige sandstone block wall": "stone wall",
        }
        for caption, name in wanted.items():
            index = labelled(picture(caption))
            self.assertEqual(names[index] if index is not None else None, name, caption)
        self.assertIsNone(labelled(picture("green grass with patches of sand")))
        self.assertIsNone(labelled(picture("red brick wall", "animal")))

    def test_every_prompt_names_its_own_material(self):
        for index, material in enumerate(MATERIALS):
            for prompt in material.prompts:
                self.assertTrue(MATERIALS[index].names(prompt) or material.name in ("rust",), prompt)

    def test_features_are_finite_and_differ(self):
        grey, rough = flat((128, 128, 128), SIDE), noise(SIDE)
        self.assertTrue(np.isfinite(features(grey)).all())
        self.assertEqual(features(grey).shape, features(rough).shape)
        self.assertGreater(np.abs(features(grey) - features(rough)).max(), 1)

    def test_what_is_common_in_training_is_no_likelier_an_answer(self):
        rng = np.random.default_rng(1)
        inputs = rng.standard_normal((440, 8)).astype(np.float32)
        labels = np.repeat([0, 1], [400, 40])
        found = (
            Classifier(inputs, labels).probabilities(rng.standard_normal((200, 8)).astype(np.float32)).mean(0)
        )
        # Nothing in the numbers tells the two apart; counted as they come, the first would be ten times as likely.
        self.assertLess(found[0] / found[1], 2)

    def test_the_network_tells_pictures_apart(self):
        grey, rough = embedding(flat((128, 128, 128), SIDE)), embedding(noise(SIDE))
        self.assertEqual(grey.shape, (2688,))
        self.assertTrue(np.isfinite(grey).all())
        self.assertGreater(np.abs(grey - rough).max(), 0.5)


class IntervalTests(unittest.TestCase):
    def test_it_holds_the_value_and_narrows(self):
        rng = np.random.default_rng(1)
        few, many = (interval(rng.normal(5, 1, n), np.mean) for n in (10, 1000))
        self.assertLess(few["low"], few["value"])
        self.assertLess(many["high"] - many["low"], 0.2)
        self.assertGreater(few["high"] - few["low"], 0.5)


class CommandTests(unittest.TestCase):
    def program(self, folder: str, text: str) -> Sparsedit:
        path = Path(folder) / "program"
        path.write_text("#!/bin/sh\n" + text)
        path.chmod(path.stat().st_mode | stat.S_IXUSR)
        return Sparsedit(str(path), Path("model"), 1)

    def test_objects_that_follow_each_other(self):
        self.assertEqual(parsed('{"a": 1}\n{\n "b": [2]\n}\n'), [{"a": 1}, {"b": [2]}])
        self.assertEqual(parsed(""), [])

    def test_options_reach_the_command(self):
        with tempfile.TemporaryDirectory() as folder:
            command = self.program(folder, 'printf \'{"arguments": "%s"}\' "$*"\n')
            report = command.run("generate", "moss", Path(folder) / "o.png", {"cfg_scale": 4})[0]
            for part in (
                "generate",
                "--prompt moss",
                "--cfg-scale 4",
                "--model model",
                "--threads 1",
                "--json",
            ):
                self.assertIn(part, report["arguments"])

    def test_a_failure_carries_the_message(self):
        with tempfile.TemporaryDirectory() as folder:
            command = self.program(folder, "echo no such model >&2; exit 66\n")
            with self.assertRaisesRegex(CommandError, "status 66: no such model"):
                command.run("generate", "moss", Path(folder) / "o.png", {})
            self.assertFalse(command.has("upscale"))


class ReportTests(unittest.TestCase):
    def test_sections_of_help_and_report_agree(self):
        self.assertEqual(list(SECTIONS), list(SECTION_NAMES))
        self.assertEqual(section_names("sheet,adherence"), ["sheet", "adherence"])
        with self.assertRaises(ArgumentTypeError):
            section_names("sheet,nonsense")

    def test_the_sheet_has_64_prompts_and_stays_small(self):
        self.assertEqual(len(set(PROMPTS)), 64)
        rough = np.random.default_rng(0).integers(0, 256, (1152, 1152, 3), np.uint8)
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "sheet.jpg"
            self.assertLess(save_small(Image.fromarray(rough), path)["bytes"], 2 * LIMIT)
            smooth = Image.fromarray(rough).filter(ImageFilter.GaussianBlur(2))
            self.assertLess(save_small(smooth, path)["bytes"], LIMIT)
            self.assertEqual(Image.open(io.BytesIO(path.read_bytes())).size, (1152, 1152))


if __name__ == "__main__":
    unittest.main()
