from __future__ import annotations

from pathlib import Path

import pytest

from training.errors import UserError
from uem_desktop.retrieval.start_request import StartRequest, check_request, sort_paths


@pytest.fixture
def things(tmp_path: Path) -> Path:
    for folder in ("sketches", "photos", "third"):
        (tmp_path / folder).mkdir()
    for file in ("a.png", "B.JPG", "encoder.safetensors", "moco.pth.tar", "birds.uem", "notes.txt"):
        (tmp_path / file).write_bytes(b"x")
    return tmp_path


def test_every_path_finds_its_place(things: Path) -> None:
    names = ("a.png", "sketches", "encoder.safetensors", "photos", "B.JPG", "birds.uem")
    assert sort_paths([things / name for name in names]) == StartRequest(
        query_folder=things / "sketches",
        gallery_folder=things / "photos",
        checkpoint=str(things / "encoder.safetensors"),
        project=things / "birds.uem",
        query_images=(things / "a.png", things / "B.JPG"),
    )


def test_a_moco_archive_is_a_checkpoint(things: Path) -> None:
    assert sort_paths([things / "moco.pth.tar"]).checkpoint == str(things / "moco.pth.tar")


@pytest.mark.parametrize("names", [["missing"], ["notes.txt"], ["sketches", "photos", "third"]])
def test_what_has_no_place_is_one_sentence(things: Path, names: list[str]) -> None:
    with pytest.raises(UserError, match=r"\.$"):
        sort_paths([things / name for name in names])


@pytest.mark.parametrize(
    "request_of",
    [
        lambda root: StartRequest(query_folder=root / "gone"),
        lambda root: StartRequest(gallery_folder=root / "a.png"),
        lambda root: StartRequest(project=root / "gone.uem"),
    ],
)
def test_what_is_not_there_is_refused_before_a_window_opens(
    things: Path, request_of: object
) -> None:
    with pytest.raises(UserError):
        check_request(request_of(things))  # type: ignore[operator]
    check_request(StartRequest(query_folder=things / "photos"))
