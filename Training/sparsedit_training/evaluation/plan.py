"""How many pictures an evaluation makes."""

from dataclasses import dataclass, field
from pathlib import Path

from ..data import Pictures
from .command import Sparsedit


@dataclass(frozen=True)
class Plan:
    """Numbers of pictures; the defaults are the full evaluation."""

    inpainting_crops: int = 48
    fills: tuple[str, ...] = ("caption", "no_prompt", "caption_poisson")
    adherence_seeds: int = 20
    colour_seeds: int = 6
    textures: int = 100
    guidance_seeds: int = 4
    sparsity_steps: int = 30
    sparsity_prompts: int = 2
    upscaled: int = 12
    sheet: int = 64
    steps: int | None = None

    @property
    def sampling(self) -> dict:
        """Options of every diffusion run; the model's own steps unless said otherwise."""
        return {} if self.steps is None else {"steps": self.steps}


# For a look at new weights: the same questions with fewer steps and wider intervals, some minutes on one core.
QUICK = Plan(
    inpainting_crops=10,
    fills=("caption", "caption_poisson"),
    adherence_seeds=4,
    colour_seeds=2,
    textures=20,
    guidance_seeds=1,
    sparsity_steps=4,
    sparsity_prompts=1,
    upscaled=4,
    sheet=32,
    steps=16,
)


@dataclass
class Context:
    """What every section works with.

    Pictures go to `folder`; `cache` holds what depends on the data alone and serves later evaluations.
    """

    command: Sparsedit
    model: Path
    pictures: Pictures
    folder: Path
    cache: Path
    plan: Plan
    # The configuration of the text encoder's training.
    text: dict
    shared: dict = field(default_factory=dict)
