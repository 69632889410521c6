"""Names the material of a picture; learned from real pictures that were trained on, tested on those that were not."""

import hashlib
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from ..data import Picture, Pictures
from .features import SIDE, features
from .materials import MATERIALS, labelled
from .recognition import embedding

CROPS = 2
HIDDEN = 256
MEMBERS = 3
EPOCHS = 20
BATCH = 128
FOLDS = 5
# Siblings lie next to each other in the set: folds are made of runs of so many pictures.
RUN = 12


class Classifier:
    """A mean of small perceptrons on standardised features, which takes every material to be as likely as any other.

    It is asked about every material equally often but learns from 23 pictures of water and 282 of metal: the logarithm
    of what is common stands beside the answers while it learns, and not when it is asked (Menon et al. 2021).
    """

    def __init__(self, inputs: np.ndarray, labels: np.ndarray, seed: int = 0):
        torch.manual_seed(seed)
        self.mean, self.deviation = inputs.mean(0), inputs.std(0) + 1e-6
        x, y = self._tensor(inputs), torch.from_numpy(labels)
        common = torch.bincount(y, minlength=len(MATERIALS)).clamp_min(1) / len(y)
        self.members = [self._fit(x, y, common.log()) for _ in range(MEMBERS)]

    def _tensor(self, inputs: np.ndarray) -> Tensor:
        return torch.from_numpy((inputs - self.mean) / self.deviation).float().clamp(-5, 5)

    def _fit(self, x: Tensor, y: Tensor, common: Tensor) -> nn.Module:
        net = nn.Sequential(
            nn.Dropout(0.5),
            nn.Linear(x.shape[1], HIDDEN),
            nn.GELU(),
            nn.Dropout(0.6),
            nn.Linear(HIDDEN, len(MATERIALS)),
        )
        loss = nn.CrossEntropyLoss(label_smoothing=0.1)
        steps = EPOCHS * -(-len(x) // BATCH)
        optimiser = torch.optim.AdamW(net.parameters(), 3e-3, weight_decay=0.05)
        schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, 3e-3, total_steps=steps)
        for _ in range(EPOCHS):
            for batch in torch.randperm(len(x)).split(BATCH):
                optimiser.zero_grad()
                loss(net(x[batch]) + common, y[batch]).backward()
                optimiser.step()
                schedule.step()
        return net.eval()

    @torch.no_grad()
    def probabilities(self, inputs: np.ndarray) -> np.ndarray:
        """(pictures, materials) for feature vectors (pictures, features)."""
        x = self._tensor(inputs)
        return torch.stack([net(x).softmax(-1) for net in self.members]).mean(0).numpy()

    def name(self, pictures: list[np.ndarray]) -> np.ndarray:
        """Probabilities (pictures, materials) for 8-bit pictures (SIDE, SIDE, 3)."""
        return self.probabilities(np.stack([described(picture) for picture in pictures]))


def described(picture: np.ndarray) -> np.ndarray:
    """What the classifier knows of an 8-bit picture (SIDE, SIDE, 3): its texture and colours, and what it resembles."""
    return np.concatenate((features(picture), embedding(picture)))


def described_crops(pictures: Pictures, chosen: list[Picture], crops: int, cache: Path) -> np.ndarray:
    """Features (pictures, crops, features) of crops at many scales; kept in `cache` by what they depend on."""
    sources = ("features.py", "recognition.py", "texture.py")
    code = b"".join(Path(__file__).with_name(name).read_bytes() for name in sources)
    key = hashlib.sha256(code + repr([chosen, crops]).encode()).hexdigest()[:16]
    file = cache / f"features-{key}.npy"
    if not file.exists():
        rng = np.random.default_rng(3)
        rows = [[described(pictures.crop(p, SIDE, rng)[0]) for _ in range(crops)] for p in chosen]
        cache.mkdir(parents=True, exist_ok=True)
        np.save(file, np.array(rows))
    return np.load(file)


def trained(pictures: Pictures, cache: Path) -> tuple[Classifier, dict]:
    """The classifier and its own accuracy: by cross-validation on the training pictures, and on held-out ones."""
    chosen = [(i, p) for i, p in enumerate(pictures.training) if labelled(p) is not None]
    labels = np.array([labelled(p) for _, p in chosen])
    inputs = described_crops(pictures, [p for _, p in chosen], CROPS, cache)
    width = inputs.shape[-1]
    fold = np.array([i // RUN % FOLDS for i, _ in chosen])
    confusion = np.zeros((len(MATERIALS), len(MATERIALS)), int)
    for part in range(FOLDS):
        rest, test = fold != part, fold == part
        flat = inputs[rest].reshape(-1, width)
        guess = Classifier(flat, labels[rest].repeat(CROPS)).probabilities(inputs[test, 0]).argmax(1)
        np.add.at(confusion, (labels[test], guess), 1)
    classifier = Classifier(inputs.reshape(-1, width), labels.repeat(CROPS))
    kept_out = [p for p in pictures.evaluation if labelled(p) is not None]
    truth = np.array([labelled(p) for p in kept_out])
    guess = classifier.probabilities(described_crops(pictures, kept_out, 1, cache)[:, 0]).argmax(1)
    recall = confusion.diagonal() / np.maximum(confusion.sum(1), 1)
    names = [material.name for material in MATERIALS]
    return classifier, {
        "training_pictures": len(chosen),
        "cross_validated_accuracy": round(float(confusion.trace() / confusion.sum()), 3),
        "cross_validated_mean_recall": round(float(recall.mean()), 3),
        "held_out_pictures": len(kept_out),
        "held_out_accuracy": round(float((truth == guess).mean()), 3),
        "recall": dict(zip(names, recall.round(3).tolist())),
        "confusion": {
            name: {names[j]: int(row[j]) for j in np.argsort(-row) if row[j]}
            for name, row in zip(names, confusion)
        },
    }
