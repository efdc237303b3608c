"""The accepted and rejected pairs of a project as training takes them: by what is in the files."""

from __future__ import annotations

import contextlib
from pathlib import Path

from training.data.decided_pairs import DecidedPairs, DigestPair
from training.errors import UserError
from uem_desktop.retrieval.decided_images import digest_of
from uem_desktop.retrieval.decision_journal import DecisionJournal
from uem_desktop.retrieval.decisions import Judgement, Kind
from uem_desktop.retrieval.project import Project


def training_pairs(path: Path) -> DecidedPairs:
    """Read the pairs; an image whose content the journal does not know yet is read now.

    An image that is gone and was never read keeps its pair, which training then does not find.

    Args:
        path: The project file.

    Raises:
        UserError: The project cannot be read, or no pair is accepted or rejected in it.
    """
    project = Project.open(path)
    folders = [one for one in (project.query_folder, project.gallery_folder) if one is not None]
    pairs: dict[str, list[DigestPair]] = {Judgement.ACCEPT: [], Judgement.REJECT: []}
    with contextlib.closing(DecisionJournal.open(path, folders)) as journal:
        digests: dict[Path, str] = {}

        def digest(image: Path) -> str:
            if image not in digests:
                number = journal.images.number_of(image)
                known = journal.images.image(number).digest if number else ""
                digests[image] = known or digest_of(image)
            return digests[image]

        for entry in journal.decisions(Kind.JUDGEMENT):
            if entry.other is not None and entry.after in pairs:
                pairs[entry.after].append((digest(entry.image), digest(entry.other)))
    if not any(pairs.values()):
        raise UserError(f"In the project {path} no pair is accepted or rejected yet.")
    return DecidedPairs(*(tuple(those) for those in pairs.values()))
