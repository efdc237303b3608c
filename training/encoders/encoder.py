"""The encoder: backbone and projector together, images in, unit-length embeddings out."""

from __future__ import annotations

import contextlib
from collections.abc import Callable

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn
from torch.nn import functional

from training.data.views import Preprocessing
from training.device import free_memory_bytes, is_out_of_memory, release_memory
from training.encoders.backbone import Backbone
from training.encoders.fusion import inference_copy, state_stamp
from training.encoders.projector import Projector
from training.errors import UserError

_CPU_BATCH_SIZE = 16
_ACCELERATOR_BATCH_SIZE = 256
# Measured for ResNet-50 at 224 px in half precision, with room for the rest of the process.
_BYTES_PER_PIXEL = 1200


class Encoder(nn.Module):
    """Backbone and projector, both kept for retrieval, with the preprocessing that belongs to them.

    Attributes:
        backbone: Images (B, 3, S, S) to features (B, D).
        projector: Features to embeddings of length ``dimension``, not yet normalised.
        preprocessing: Sizes, mean and standard deviation of the views this encoder wants.
        name: Short name for people.
        dimension: Length of an embedding.
    """

    def __init__(
        self, backbone: Backbone, projector: Projector, preprocessing: Preprocessing, name: str
    ) -> None:
        super().__init__()
        self.backbone = backbone
        self.projector = projector
        self.preprocessing = preprocessing
        self.name = name
        self.dimension = projector.dimension
        self._largest_batch: int | None = None
        self._fused: tuple[object, Backbone] | None = None
        self.eval()

    @property
    def device(self) -> torch.device:
        """Where the weights are."""
        return next(self.backbone.parameters()).device

    @property
    def precision(self) -> str:
        """``"float16"`` where `encode` runs the backbone in half precision, else ``"float32"``."""
        return "float16" if self.device.type in ("cuda", "xpu") else "float32"

    @property
    def batch_size(self) -> int:
        """How many views `encode` computes at a time; falls when memory runs out."""
        if self._largest_batch is None:
            self._largest_batch = self._batch_size_for_memory()
        return self._largest_batch

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        """Map normalised images (B, 3, S, S) to unit rows (B, D); gradients flow.

        An embedding of zeros stays zero, since it has no direction (UEM gap G1).
        """
        return functional.normalize(self.projector(self.backbone(images)), dim=1)

    def encode(self, views: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Embed views for retrieval.

        In eval mode and without gradients whatever the mode of the module, which is left as it is.
        On a CPU the result for an image does not depend on the images beside it.

        Args:
            views: uint8 (B, S, S, 3), what `training.data.views.eval_view` makes; B may be 0.

        Returns:
            float32 (B, D), rows of length one.

        Raises:
            UserError: If the memory is too small for one image, or the weights give no numbers.
        """
        return self._in_batches(views, self.dimension, self._embed)

    def encode_features(self, views: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Return the pooled features (B, backbone.dimension) of views, before the projector.

        Otherwise as `encode`.
        """
        return self._in_batches(views, self.backbone.dimension, self._pool)

    def encode_positions(self, view: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Return what each position of the last feature map brings to the embedding of a view.

        The mean over the positions, brought to unit length, is the embedding, up to rounding:
        pooling is a mean, and the projector is affine, or taken as the affine map that it is at the
        pooled features (`Projector.linearised`). Each position gets the whole bias.

        Args:
            view: uint8 (S, S, 3).

        Returns:
            float32 (h, w, D), not of unit length.

        Raises:
            UserError: The backbone's features are not the mean of a map.
        """
        positions = self._run(view[None], self._project_positions)
        return np.asarray(positions[0])

    def normalised(self, views: torch.Tensor) -> torch.Tensor:
        """Turn views uint8 (B, S, S, 3) into what `forward` takes.

        Returns:
            float32 (B, 3, S, S) that lies channels last in memory.
        """
        mean = views.new_tensor(self.preprocessing.mean, dtype=torch.float32) * 255
        std = views.new_tensor(self.preprocessing.std, dtype=torch.float32) * 255
        return ((views.float() - mean) / std).permute(0, 3, 1, 2)

    def _in_batches(
        self,
        views: NDArray[np.uint8],
        width: int,
        compute: Callable[[torch.Tensor], torch.Tensor],
    ) -> NDArray[np.float32]:
        rows = np.zeros((len(views), width), dtype=np.float32)
        start = 0
        while start < len(views):
            stop = min(start + self.batch_size, len(views))
            try:
                rows[start:stop] = self._run(views[start:stop], compute)
            except (RuntimeError, MemoryError) as error:
                if not is_out_of_memory(error):
                    raise
                self._halve_batch(stop - start)
            else:
                start = stop
        if not np.isfinite(rows).all():
            raise UserError(
                f"The checkpoint {self.name} gives embeddings that are not numbers; "
                "its weights are damaged."
            )
        return rows

    def _run(
        self, views: NDArray[np.uint8], compute: Callable[[torch.Tensor], torch.Tensor]
    ) -> NDArray[np.float32]:
        # A convolution of a single image takes another path with other rounding: give it company.
        count = len(views)
        batch = np.require(
            np.concatenate([views, views]) if count == 1 else views, None, ("C", "W")
        )
        with torch.inference_mode():
            rows = compute(self.normalised(torch.from_numpy(batch).to(self.device)))
            return rows[:count].cpu().numpy()

    def _embed(self, images: torch.Tensor) -> torch.Tensor:
        return functional.normalize(self.projector(self._pool(images)), dim=1)

    def _pool(self, images: torch.Tensor) -> torch.Tensor:
        with self._half_precision():
            features: torch.Tensor = self._fused_backbone()(images)
        return features.float()

    def _project_positions(self, images: torch.Tensor) -> torch.Tensor:
        with self._half_precision():
            found = self._fused_backbone().feature_map(images)
        if found is None:
            raise UserError(
                f"What made two images similar cannot be shown with {self.backbone.title}: its "
                "features are not the mean of a map over the image."
            )
        positions = found.float().permute(0, 2, 3, 1)
        pooled = positions.mean(dim=(1, 2), keepdim=True)
        return self.projector.linearised(positions, pooled)

    def _half_precision(self) -> contextlib.AbstractContextManager[object]:
        if self.precision == "float32":
            return contextlib.nullcontext()
        return torch.autocast(self.device.type, dtype=torch.float16)

    def _fused_backbone(self) -> Backbone:
        stamp = state_stamp(self.backbone)
        if self._fused is None or self._fused[0] != stamp:
            with torch.inference_mode(mode=False), torch.no_grad():
                fused = inference_copy(self.backbone)
            self._fused = (stamp, fused)
        return self._fused[1]

    def _batch_size_for_memory(self) -> int:
        if self.device.type == "cpu":
            return _CPU_BATCH_SIZE
        free = free_memory_bytes(self.device)
        if free is None:
            return _ACCELERATOR_BATCH_SIZE // 4
        per_image = _BYTES_PER_PIXEL * self.preprocessing.image_size**2
        return max(1, min(_ACCELERATOR_BATCH_SIZE, free // 2 // per_image))

    def _halve_batch(self, failed_batch: int) -> None:
        if failed_batch <= 1:
            raise UserError(
                f"The memory of the device {self.device} is too small for a single image; "
                "close other programs or choose another device."
            )
        self._largest_batch = failed_batch // 2
        release_memory(self.device)
