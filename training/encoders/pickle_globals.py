"""Names what a pickle wants to import, without loading it."""

from __future__ import annotations

import contextlib
import pickletools
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO

# A checkpoint in the format before zip archives is a row of five pickles, then the numbers.
_PICKLES_IN_OLD_FORMAT = 5
_HARMLESS = (
    "collections.OrderedDict",
    "torch._utils._rebuild",
    "torch.Size",
    "torch.device",
    "torch.serialization._get_layout",
)


def first_refused_global(path: Path) -> str | None:
    """Return the first import of a pickle that is not needed for tensors, ``"os.system"`` say.

    Returns:
        The dotted name, or None when there is none or the pickle cannot be followed.
    """
    with contextlib.suppress(Exception):  # a damaged file makes zipfile raise nearly anything
        for name in _globals_of_file(path):
            is_storage = name.startswith("torch.") and name.endswith(("Storage", "Tensor"))
            if not is_storage and not name.startswith(_HARMLESS):
                return name
    return None


def _globals_of_file(path: Path) -> Iterator[str]:
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            for name in archive.namelist():
                if name.endswith("/data.pkl"):
                    with archive.open(name) as stream:
                        yield from _globals_of_pickle(stream)
        return
    with path.open("rb") as stream:
        for _ in range(_PICKLES_IN_OLD_FORMAT):
            yield from _globals_of_pickle(stream)


def _globals_of_pickle(stream: IO[bytes]) -> Iterator[str]:
    strings: list[str] = []
    memo: dict[int, str] = {}
    memo_size = 0
    try:
        for opcode, argument, _ in pickletools.genops(stream):
            if opcode.name in ("GLOBAL", "INST"):
                yield str(argument).replace(" ", ".")
            elif opcode.name == "STACK_GLOBAL":
                yield ".".join(strings[-2:])
            elif opcode.name == "MEMOIZE":
                memo[memo_size] = strings[-1] if strings else ""
                memo_size += 1
            elif opcode.name in ("BINGET", "LONG_BINGET"):
                strings.append(memo.get(argument or 0, ""))
            elif isinstance(argument, str):
                strings.append(argument)
    except (ValueError, IndexError, EOFError):
        return
