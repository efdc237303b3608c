"""What kind of weight file lies somewhere, told from its bytes and without torch."""

from __future__ import annotations

import json
import os
import zipfile
from dataclasses import dataclass
from pathlib import Path

from training.errors import UserError

SAFETENSORS = "safetensors"
TORCH = "torch"

_LENGTH_BYTES = 8
_LONGEST_HEADER = 100_000_000
_FIRST_BYTES = 512


@dataclass(frozen=True, slots=True)
class SafetensorsHeader:
    """The beginning of a safetensors file.

    Attributes:
        metadata: Free text by name, empty where the file has none.
        shapes: Shape of every tensor by name.
    """

    metadata: dict[str, str]
    shapes: dict[str, tuple[int, ...]]


def kind_of_weight_file(path: Path) -> str:
    """Tell `SAFETENSORS` from `TORCH` (a zip archive or an old pickle).

    Raises:
        UserError: If the file is missing, cannot be read, or is no weight file at all.
    """
    start = _read_start(path)
    if not start:
        raise UserError(f"The checkpoint {path} is an empty file.")
    if start.lstrip().startswith(b"<"):
        raise UserError(
            f"The checkpoint {path} is a web page; the download was answered with a page "
            "instead of the file."
        )
    if start.startswith(b"version https://git-lfs"):
        raise UserError(
            f"The checkpoint {path} is only a Git LFS pointer; fetch the file itself with: "
            "git lfs pull"
        )
    if start.startswith(b"PK"):
        _check_zip(path)
        return TORCH
    if start.startswith(b"\x80"):
        return TORCH
    if start[_LENGTH_BYTES : _LENGTH_BYTES + 1] == b"{" or path.suffix == ".safetensors":
        return SAFETENSORS
    raise UserError(
        f"The file {path} is no checkpoint: neither safetensors nor a file that PyTorch saved."
    )


def read_safetensors_header(path: Path) -> SafetensorsHeader:
    """Read names, shapes and metadata of a safetensors file, and check that it is complete.

    Raises:
        UserError: If the file is damaged or ends too early.
    """
    with path.open("rb") as file:
        length = int.from_bytes(file.read(_LENGTH_BYTES), "little")
        if length > _LONGEST_HEADER:
            raise UserError(f"The checkpoint {path} is no safetensors file, or it is damaged.")
        text = file.read(length)
        size = os.fstat(file.fileno()).st_size
    if len(text) < length:
        raise UserError(f"The checkpoint {path} is cut off before its end.")
    try:
        entries = json.loads(text)
        metadata = _texts(entries.pop("__metadata__", None) or {})
        shapes = {name: _whole_numbers(entry["shape"]) for name, entry in entries.items()}
        ends = [_whole_numbers(entry["data_offsets"])[1] for entry in entries.values()]
    except (
        ValueError,
        TypeError,
        KeyError,
        IndexError,
        AttributeError,
        RecursionError,
    ) as error:
        raise UserError(f"The checkpoint {path} is a damaged safetensors file.") from error
    if _LENGTH_BYTES + length + max(ends, default=0) > size:
        raise UserError(f"The checkpoint {path} is cut off before its end.")
    return SafetensorsHeader(metadata, shapes)


def _texts(values: dict[object, object]) -> dict[str, str]:
    """Return the values where all are texts by name; raise a TypeError or AttributeError if not."""
    texts = {
        name: text
        for name, text in values.items()
        if isinstance(name, str) and isinstance(text, str)
    }
    if len(texts) < len(values):
        raise TypeError("metadata are texts by name")
    return texts


def _whole_numbers(values: list[object]) -> tuple[int, ...]:
    """Return the values where all are whole numbers; raise a TypeError if not."""
    numbers = tuple(number for number in values if isinstance(number, int))
    if len(numbers) < len(values):
        raise TypeError("sizes and places are whole numbers")
    return numbers


def shape_text(shape: tuple[int, ...]) -> str:
    """Write a shape for people: ``64 x 3 x 7 x 7``."""
    return " x ".join(map(str, shape)) if shape else "a single number"


def _read_start(path: Path) -> bytes:
    if path.is_dir():
        raise UserError(f"The checkpoint {path} is a folder; choose the file in it.")
    if not path.exists():
        raise UserError(f"There is no checkpoint {path}.")
    if not path.is_file():
        raise UserError(f"The checkpoint {path} is not an ordinary file.")
    try:
        with path.open("rb") as file:
            return file.read(_FIRST_BYTES)
    except OSError as error:
        reason = error.strerror or error
        raise UserError(f"The checkpoint {path} cannot be read: {reason}.") from error


def _check_zip(path: Path) -> None:
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
    except Exception as error:  # a damaged file makes zipfile raise nearly anything
        raise UserError(f"The checkpoint {path} is cut off before its end or damaged.") from error
    if any(name.endswith("/constants.pkl") for name in names):
        raise UserError(
            f"The checkpoint {path} is a TorchScript program, which is not run; "
            "save the model's state_dict instead."
        )
    if not any(name.endswith("/data.pkl") for name in names):
        raise UserError(f"The file {path} is a ZIP archive without a PyTorch checkpoint in it.")
