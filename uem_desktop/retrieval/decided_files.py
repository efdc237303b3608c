"""The images about which something was decided, in the order of their paths."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from uem_desktop.retrieval.decided_about import DecidedAbout, DecidedFilter
from uem_desktop.retrieval.held_decisions import HeldDecisions


def decided_files(
    decisions: HeldDecisions, decided: DecidedFilter, folders: Sequence[Path]
) -> list[Path]:
    """Return the images below some folders about which this was decided.

    Args:
        decisions: What holds.
        decided: What was decided, alone or in a pair.
        folders: The folders of the domains that are meant.
    """
    about = DecidedAbout()
    about.apply(decisions.entries)
    images = {entry.image for entry in decisions.entries}
    images |= {entry.other for entry in decisions.entries if entry.other is not None}
    inside = tuple(os.path.join(os.path.abspath(folder), "") for folder in folders)
    return sorted(
        (
            image
            for image in images
            if os.path.abspath(image).startswith(inside)
            and (decided is DecidedFilter.DECIDED or decided in about.of(image))
        ),
        key=os.fsencode,
    )
