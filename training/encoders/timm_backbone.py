"""Any backbone of the ``timm`` package by name; an extra, imported late."""

from __future__ import annotations

from types import ModuleType

import torch

from training.data.views import Preprocessing
from training.encoders.backbone import Backbone
from training.encoders.timm_names import require_timm
from training.errors import UserError

PREFIX = "timm/"


class TimmBackbone(Backbone):
    """A model of timm without its classifier: images (B, 3, S, S) to pooled features.

    Attributes:
        preprocessing: What the model was trained with, as timm states it.
        classifier_prefixes: How the names of the classifier's tensors begin in timm's files.
    """

    is_foldable = False

    def __init__(self, name: str) -> None:
        super().__init__()
        timm = _import_timm(name)
        try:
            self.model = timm.create_model(name, pretrained=False, num_classes=0)
        except RuntimeError as error:
            raise UserError(f"The package timm knows no backbone called {name}.") from error
        self.architecture = PREFIX + name
        self.title = name
        self.dimension = int(self.model.num_features)
        settings = timm.data.resolve_model_data_config(self.model)
        self.preprocessing = _preprocessing(settings)
        classifier = self.model.pretrained_cfg.get("classifier") or ()
        names = (classifier,) if isinstance(classifier, str) else tuple(classifier)
        self.classifier_prefixes = tuple(f"{name}." for name in names)

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        """Map normalised images (B, 3, S, S) to pooled features (B, dimension)."""
        features: torch.Tensor = self.model(images)
        return features

    def feature_map(self, images: torch.Tensor) -> torch.Tensor | None:
        """See `Backbone.feature_map`; what timm pools otherwise than by the mean has none."""
        features: torch.Tensor = self.model.forward_features(images)
        if features.dim() != 4 or features.shape[1] != self.dimension:
            return None
        pooled, mean = self.model.forward_head(features), features.mean(dim=(2, 3))
        is_mean = pooled.shape == mean.shape and torch.allclose(mean, pooled, rtol=1e-3, atol=1e-4)
        return features if is_mean else None


def _import_timm(name: str) -> ModuleType:
    require_timm(name)
    import timm
    import timm.data

    module: ModuleType = timm
    return module


def _preprocessing(settings: dict[str, object]) -> Preprocessing:
    size = int(settings["input_size"][-1])  # type: ignore[index]
    return Preprocessing(
        image_size=size,
        resize_size=max(size, round(size / float(settings["crop_pct"]))),  # type: ignore[arg-type]
        mean=tuple(settings["mean"]),  # type: ignore[arg-type]
        std=tuple(settings["std"]),  # type: ignore[arg-type]
        interpolation="bilinear" if settings["interpolation"] == "bilinear" else "bicubic",
    )
