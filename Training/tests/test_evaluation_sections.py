"""Every section on a stand-in for the command. Run with `python -m unittest discover tests`."""

import json
import tempfile
import unittest
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
from PIL import Image

from sparsedit_training.data import Pictures
from sparsedit_training.evaluation.adherence import evaluate_adherence
from sparsedit_training.evaluation.classifier import Classifier
from sparsedit_training.evaluation.colour_words import WORDINGS, evaluate_colour_words
from sparsedit_training.evaluation.command import Sparsedit, read
from sparsedit_training.evaluation.guidance import evaluate_guidance
from sparsedit_training.evaluation.inpainting import evaluate_inpainting
from sparsedit_training.evaluation.materials import MATERIALS
from sparsedit_training.evaluation.plan import Context, Plan
from sparsedit_training.evaluation.sheet import evaluate_sheet
from sparsedit_training.evaluation.sparsity import evaluate_sparsity
from sparsedit_training.evaluation.tiling import evaluate_tiling
from sparsedit_training.evaluation.upscaling import evaluate_upscaling

PLAN = Plan(
    inpainting_crops=2,
    adherence_seeds=2,
    colour_seeds=1,
    textures=3,
    guidance_seeds=1,
    sparsity_steps=2,
    sparsity_prompts=1,
    upscaled=2,
    sheet=8,
)
TRUE_COLOURS = {
    "green": (70, 120, 60), "red": (150, 60, 45), "blue": (90, 150, 220), "grey": (120, 121, 122),
    "yellow": (220, 195, 110), "white": (235, 232, 228), "brown": (110, 75, 45), "purple": (110, 50, 140),
}  # fmt: skip


class StandIn(Sparsedit):
    """Answers as the command does, and notes what it was asked.

    Fills are the colour around the hole, other pictures are plain in the colour that the prompt calls for.
    """

    def __init__(self):
        super().__init__("sparsedit", Path("model"), 1)
        self.asked: list[tuple[str, str, dict]] = []

    def has(self, verb: str) -> bool:
        return True

    def run(self, verb: str, prompt: str, output: Path, options: dict) -> list[dict]:
        output.parent.mkdir(parents=True, exist_ok=True)
        self.asked.append((verb, prompt, options))
        colour = next((w.colour for w in WORDINGS if w.prompt == prompt and w.most == 1), "grey")
        reports = []
        for index in range(options.get("batch_count", 1)):
            file = Path(str(output).replace("%03d", f"{index:03d}"))
            if verb == "inpaint":
                pixels, hole = read(Path(options["image"])).copy(), read(Path(options["mask"]))[..., 0] > 0
                pixels[hole] = pixels[~hole].mean(0)
            elif verb == "upscale":
                source = Image.fromarray(read(Path(options["image"])))
                size = (source.width * options["scale"], source.height * options["scale"])
                pixels = np.asarray(source.resize(size, Image.Resampling.LANCZOS))
            else:
                shape = (options["height"], options["width"], 3)
                noise = np.random.default_rng(5).integers(-2, 3, (*shape[:2], 1))
                pixels = np.full(shape, TRUE_COLOURS[colour]) + noise
            Image.fromarray(pixels.clip(0, 255).astype(np.uint8)).save(file)
            sparse = options.get("sparsity", 0)
            reports.append(
                {
                    "output": str(file),
                    "seam_ratio": {"x": 1.0, "y": 1.2},
                    "seconds": {"denoise": 2 - sparse},
                    "attention_sparsity": sparse,
                }
            )
        return reports


class SectionTests(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        root = Path(cls.folder.name)
        rng = np.random.default_rng(0)
        pixels, index, offset = [], [], 0
        for number in range(4):
            side = 256 if number % 2 else 512
            picture = rng.integers(0, 256, (side, side, 3), np.uint8)
            pixels.append(picture.tobytes())
            index.append(
                {
                    "offset": offset, "height": side, "width": side, "caption": f"grey rock {number}",
                    "kind": "texture", "quality": 2, "seamless": False, "held_out": True,
                }
            )  # fmt: skip
            offset += picture.size
        (root / "pictures.u8").write_bytes(b"".join(pixels))
        (root / "pictures.json").write_text(json.dumps(index))
        # Knows grass and sand alone, whatever it is shown.
        inputs = np.concatenate((np.zeros((40, 155 + 2688)), np.ones((40, 155 + 2688)))).astype(np.float32)
        cls.classifier = Classifier(inputs, np.repeat([0, 1], 40))

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def setUp(self):
        root = Path(self.folder.name)
        self.command = StandIn()
        self.context = Context(
            self.command, Path("model"), Pictures(root), root / "out", root / "cache", PLAN, {}
        )
        self.context.folder.mkdir(exist_ok=True)
        self.context.shared["classifier"] = (self.classifier, {"cross_validated_mean_recall": 0.5})

    def test_inpainting_compares_with_the_classical_fills(self):
        try:
            import cv2  # noqa: F401
            import skimage  # noqa: F401
        except ImportError:
            self.skipTest("the extra `evaluate` is not installed")
        figures = evaluate_inpainting(self.context)
        self.assertEqual(figures["crops"], 2)
        for size in ("64px", "96px"):
            part = figures[size]
            # The stand-in fills flat, and the truth is noise: all of the distance is missing energy.
            self.assertGreater(part["caption"]["energy"]["value"], 3)
            self.assertLess(part["another_patch"]["distance"]["value"], 0.3)
            self.assertAlmostEqual(part["another_patch"]["border"]["value"], 1, delta=0.1)
        # Two sizes of two crops, with the caption, without, and with the other seam.
        self.assertEqual(len(self.command.asked), 12)
        self.assertEqual([prompt == "" for _, prompt, _ in self.command.asked[:3]], [False, True, False])
        self.assertEqual({options["mask_feather"] for _, _, options in self.command.asked}, {0})
        self.assertTrue((self.context.folder / "inpainting.png").exists())

    def test_adherence_counts_what_is_named_right(self):
        figures = evaluate_adherence(self.context)
        self.assertEqual(figures["pictures"], 2 * len(MATERIALS))
        # One and the same picture for every prompt is right for one material of twenty at most.
        self.assertLessEqual(figures["accuracy"]["value"], 1 / len(MATERIALS))
        self.assertAlmostEqual(figures["relative_to_real"], figures["accuracy"]["value"] / 0.5)
        self.assertEqual(
            {prompt for _, prompt, _ in self.command.asked}, {p for m in MATERIALS for p in m.prompts}
        )

    def colour_words(self, material: str) -> dict:
        """The figures where a classifier takes every picture for `material`."""
        certain = np.array([float(known.name == material) for known in MATERIALS])
        named = SimpleNamespace(name=lambda pictures: np.tile(certain, (len(pictures), 1)))
        context = replace(self.context, shared={"classifier": (named, {})})
        return evaluate_colour_words(context)

    def test_colour_words_pass_when_obeyed(self):
        figures = self.colour_words("rock")
        failed = [prompt for prompt, entry in figures["prompts"].items() if not entry["passed"]]
        self.assertEqual(failed, [])
        self.assertEqual(len(figures["prompts"]["mossy cobblestones"]["seeds"]), 6)
        self.assertIn("stony", figures["prompts"]["cobblestones"])

    def test_colour_words_fail_when_ignored(self):
        real, TRUE_COLOURS["green"] = TRUE_COLOURS["green"], TRUE_COLOURS["brown"]
        try:
            figures = self.colour_words("rock")
        finally:
            TRUE_COLOURS["green"] = real
        self.assertFalse(figures["prompts"]["mossy cobblestones"]["passed"])
        self.assertTrue(figures["prompts"]["red bricks"]["passed"])

    def test_moss_without_stones_fails(self):
        figures = self.colour_words("grass")
        self.assertFalse(figures["prompts"]["mossy cobblestones"]["passed"])
        self.assertTrue(figures["prompts"]["green grass"]["passed"])

    def test_tiling_reads_the_report(self):
        figures = evaluate_tiling(self.context)
        self.assertEqual(figures["larger_of_both"]["value"], 1.2)
        self.assertEqual(figures["below_1.3"], 1)
        self.assertTrue(all(verb == "texture" for verb, _, _ in self.command.asked))

    def test_guidance_asks_for_every_scale_and_the_negative(self):
        figures = evaluate_guidance(self.context)
        asked = [options for _, _, options in self.command.asked]
        self.assertEqual({o["cfg_scale"] for o in asked if "cfg_scale" in o}, {1, 4, 7, 9})
        self.assertEqual(sum(o.get("negative_prompt") == "brown" for o in asked), 4)
        self.assertEqual(figures["scales"]["7"]["clipped"], 0)

    def test_sparsity_compares_with_dense(self):
        levels = evaluate_sparsity(self.context)["levels"]
        self.assertEqual(levels["0.7"]["psnr"], 100)
        self.assertAlmostEqual(levels["0.7"]["time_ratio"], 0.65)
        self.assertEqual(levels["0.85"]["achieved"], 0.85)

    def test_upscaling_of_lanczos_is_lanczos(self):
        figures = evaluate_upscaling(self.context)
        self.assertEqual(figures["pictures"], 2)
        self.assertAlmostEqual(figures["detail_to_lanczos"]["value"], 1, delta=0.01)
        self.assertLess(figures["detail_to_true"]["value"], 0.2)
        self.command.has = lambda verb: False
        self.assertIn("upscale", evaluate_upscaling(self.context)["skipped"])

    def test_the_sheet_is_drawn(self):
        figures = evaluate_sheet(self.context)
        self.assertEqual(figures["pictures"], 8)
        with Image.open(self.context.folder / "sheet.jpg") as sheet:
            self.assertEqual(sheet.size, (1152, 144))


if __name__ == "__main__":
    unittest.main()
