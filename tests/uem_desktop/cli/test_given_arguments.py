"""An empty text is not the current folder, and an address is not fetched."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from uem_desktop.retrieval.given_path import given_checkpoint, given_path

SEARCH = ("search", "--query", ".", "--gallery", ".")
EVALUATE = ("evaluate", "--query", ".", "--gallery", ".")
TRAIN = ("train", "--domain-a", ".", "--domain-b", ".", "--run", "run")
URL = "https://example.com/x.png"


def replaced(arguments: tuple[str, ...], option: str, value: str) -> list[str]:
    place = arguments.index(option) + 1
    return [*arguments[:place], value, *arguments[place + 1 :]]


@pytest.mark.parametrize(
    ("arguments", "name"),
    [
        (["embed", "", "--out", "o1"], "FOLDER"),
        (["embed", ".", "--out", ""], "--out"),
        (["embed", ".", "--out="], "--out"),
        (["embed", ".", "--out", "o1", "--checkpoint", ""], "--checkpoint"),
        (replaced(SEARCH, "--query", ""), "--query"),
        (replaced(SEARCH, "--gallery", ""), "--gallery"),
        ([*SEARCH, "--checkpoint="], "--checkpoint"),
        (replaced(EVALUATE, "--query", ""), "--query"),
        (replaced(EVALUATE, "--gallery", ""), "--gallery"),
        (replaced(TRAIN, "--domain-a", ""), "--domain-a"),
        (replaced(TRAIN, "--domain-b", ""), "--domain-b"),
        (replaced(TRAIN, "--run", ""), "--run"),
        ([*TRAIN, "--config", ""], "--config"),
        ([*TRAIN, "--checkpoint", ""], "--checkpoint"),
        (["demo", "--out", ""], "--out"),
    ],
)
def test_an_empty_argument_is_refused(
    uem: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], name: str
) -> None:
    monkeypatch.chdir(tmp_path)
    outcome = uem(*arguments)
    assert (outcome.code, outcome.out) == (2, "")
    assert outcome.err.count("\n") == 1
    assert f"'{name}'" in outcome.err
    assert " is empty; " in outcome.err
    assert list(tmp_path.iterdir()) == []


def test_an_address_as_query_says_that_nothing_is_fetched(uem: Any) -> None:
    outcome = uem(*replaced(SEARCH, "--query", URL))
    assert outcome.code == 2
    assert f"{URL} is an address, and nothing is fetched from the network; " in outcome.err
    assert "save the image first." in outcome.err
    assert outcome.err.count("\n") == 1


@pytest.mark.parametrize(
    "arguments", [["embed", URL, "--out", "o1"], [*SEARCH, "--checkpoint", URL]]
)
def test_an_address_elsewhere_is_not_fetched_either(uem: Any, arguments: list[str]) -> None:
    outcome = uem(*arguments)
    assert outcome.code == 2
    assert f"{URL} is an address, and nothing is fetched from the network" in outcome.err


def test_paths_and_names_stay_as_they_are(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for text in (".", "a b", " ", "C:/images", "x.png", "a\udcff"):
        assert given_path(text) == Path(text)
    for text in ("pretrained:resnet50", "timm:vit", "a/b.pth"):
        assert given_checkpoint(text) == text
    with pytest.raises(ValueError, match="give the path of the image instead"):
        given_path("file:///images/x.png", "image")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "https:" / "x").mkdir(parents=True)
    assert given_path("https://x") == Path("https:/x"), "a folder of this name is there"
