from __future__ import annotations

import shutil
from collections import Counter
from itertools import permutations
from pathlib import Path

import pytest

from training.data.data_roots import open_data_root
from training.data.data_sets import (
    DOMAINNET,
    DOMAINNET_7,
    DOMAINNET_SEVEN,
    OFFICE_31,
    OFFICE_HOME,
    plain_name,
    recognised,
)
from training.errors import UserError

PAPER_PAIRS = (
    ("quickdraw", "clipart"),
    ("clipart", "painting"),
    ("painting", "infograph"),
    ("infograph", "sketch"),
    ("sketch", "real"),
)
DOMAINS = ("clipart", "infograph", "painting", "quickdraw", "real", "sketch")


def lay(root: Path, domain: str, **counts: int) -> None:
    """Files that look like images by name and first bytes; nothing here is decoded."""
    for category, count in counts.items():
        folder = root / domain / category
        folder.mkdir(parents=True, exist_ok=True)
        for number in range(count):
            text = f"{domain}/{category}/{number}"
            (folder / f"{number}.jpg").write_bytes(b"\xff\xd8\xff" + text.encode())


def office_31(root: Path, *, level: str = "") -> Path:
    for domain in ("amazon", "dslr", "webcam"):
        lay(root, domain + level, bike=2, mouse=1)
    return root


@pytest.mark.parametrize("level", ["", "/images"])
def test_office_31_in_both_layouts(tmp_path: Path, level: str) -> None:
    root = open_data_root(office_31(tmp_path, level=level))
    assert root.data_set is OFFICE_31
    assert root.names == ("amazon", "dslr", "webcam")
    assert [domain.counts for domain in root.domains] == [{"bike": 2, "mouse": 1}] * 3
    assert root.domain("Amazon").folder == tmp_path / f"amazon{level}"
    assert root.pairs() == tuple(permutations(root.names, 2))
    images = root.domain_images("dslr")
    assert len(images) == 3
    assert {record.category for record in images.records} == {"bike", "mouse"}
    assert (images.domain, root.domain_images("dslr", as_domain="b").domain) == ("dslr", "b")
    assert "amazon has 3 images where Office-31 has 2,817." in root.problems()
    assert "dslr has 2 categories where Office-31 has 31." in root.problems()


@pytest.mark.parametrize("real", ["Real World", "Real_World", "RealWorld", "real"])
def test_office_home_by_any_name_of_its_last_domain(tmp_path: Path, real: str) -> None:
    (tmp_path / "ImageInfo.csv").write_text("no domain")
    for domain in ("Clipart", "Art", "Product", real):
        lay(tmp_path, domain, Alarm_Clock=1)
    root = open_data_root(tmp_path)
    assert root.data_set is OFFICE_HOME
    assert root.names == ("Art", "Clipart", "Product", "Real")
    assert len(root.pairs("all")) == 12
    assert root.pairs("art:real world") == (("Art", "Real"),)
    assert root.domain("Real").folder == tmp_path / real


def test_one_folder_around_the_domains(tmp_path: Path) -> None:
    office_31(tmp_path / "downloads" / "domain_adaptation_images", level="/images")
    root = open_data_root(tmp_path / "downloads")
    assert root.path == tmp_path / "downloads" / "domain_adaptation_images"
    assert root.data_set is OFFICE_31


def write_lists(root: Path, domain: str, train: list[str], test: list[str]) -> None:
    for part, names in (("train", train), ("test", test)):
        lines = [f"{domain}/{name} {label}" for label, name in enumerate(names)]
        (root / f"{domain}_{part}.txt").write_text("\n".join(lines) + "\n")


def test_lists_say_what_belongs_to_a_domain(tmp_path: Path) -> None:
    for domain in ("clipart", "sketch"):
        lay(tmp_path, domain, bird=3, zebra=3)
    write_lists(tmp_path, "clipart", ["bird/0.jpg", "zebra/1.jpg"], ["bird/2.jpg", "bird/9.jpg"])
    root = open_data_root(tmp_path)
    assert root.domain("clipart").counts == {"bird": 2, "zebra": 1}
    assert root.domain("sketch").counts == {"bird": 3, "zebra": 3}
    assert root.problems() == (
        "1 listed image is missing in clipart, for example clipart/bird/9.jpg.",
    )
    images = root.domain_images("clipart")
    found = sorted(record.path.relative_to(tmp_path).as_posix() for record in images.records)
    assert found == ["clipart/bird/0.jpg", "clipart/bird/2.jpg", "clipart/zebra/1.jpg"]
    (tmp_path / "clipart_test.txt").unlink()
    (problem,) = open_data_root(tmp_path).problems()
    assert problem == "clipart has the list clipart_train.txt only, not one each of train and test."


def test_a_list_that_is_none_is_one_sentence(tmp_path: Path) -> None:
    for domain in ("clipart", "sketch"):
        lay(tmp_path, domain, bird=1)
    (tmp_path / "clipart_train.txt").write_text("clipart/bird/0.jpg 0\nclipart/bird/1.jpg\n")
    with pytest.raises(
        UserError, match=r"^Line 2 of .*clipart_train.txt is not a path and a label"
    ):
        open_data_root(tmp_path)
    (tmp_path / "clipart_train.txt").write_bytes(b"\xff\xfe\xfa")
    with pytest.raises(UserError, match=r"^The list .*clipart_train.txt is no text\.$"):
        open_data_root(tmp_path)


def test_the_seven_categories_of_domainnet(tmp_path: Path) -> None:
    for domain in DOMAINS:
        lay(tmp_path, domain, **dict.fromkeys(DOMAINNET_SEVEN, 1))
    root = open_data_root(tmp_path)
    assert root.data_set is DOMAINNET_7
    assert root.pairs() == PAPER_PAIRS
    assert "clipart has 7 images where DomainNet (seven categories) has 1,959." in root.problems()
    assert not any(text.startswith("real has") for text in root.problems())


def test_seven_of_more_categories_can_be_asked_for(tmp_path: Path) -> None:
    for domain in DOMAINS[:2]:
        lay(tmp_path, domain, **dict.fromkeys(DOMAINNET_SEVEN, 1), sun=4, shark=1)
    root = open_data_root(tmp_path, categories=DOMAINNET_SEVEN)
    assert root.data_set is DOMAINNET_7
    assert tuple(root.domain("clipart").counts) == DOMAINNET_SEVEN
    assert {one.category for one in root.domain_images("clipart").records} == set(DOMAINNET_SEVEN)
    assert "DomainNet (seven categories) has a domain sketch, which is missing here." in (
        root.problems()
    )
    assert root.pairs() == (("clipart", "infograph"), ("infograph", "clipart"))


def test_the_whole_of_domainnet_is_told_by_its_many_categories() -> None:
    many = [f"category {number}" for number in range(345)]
    assert recognised(DOMAINS, many) is DOMAINNET
    assert recognised(DOMAINS[:2], many) is DOMAINNET
    assert recognised([*DOMAINS[:2], "photo"], many) is None
    assert recognised(DOMAINS, many[:50]) is None
    assert sum(count or 0 for count in DOMAINNET.counts.values()) == 586_575
    assert recognised(["Art", "Clipart"], []) is None
    assert recognised(["Art", "Clipart", "Product"], []) is OFFICE_HOME
    assert recognised(["Art", "Clipart", "Product", "Photo"], []) is None


def test_anybodys_own_folders(tmp_path: Path) -> None:
    lay(tmp_path, "photo", bird=2, cow=1)
    lay(tmp_path, "drawing", bird=1, cow=1)
    lay(tmp_path, "photo/bird", deeper=1)
    (tmp_path / "notes").mkdir()
    root = open_data_root(str(tmp_path))
    assert root.data_set is None
    assert root.names == ("drawing", "photo")
    assert root.domain("photo").counts == {"bird": 3, "cow": 1}
    assert root.domain("photo").image_count == 4
    assert root.problems() == ()
    assert root.pairs(["photo:drawing", "all", "photo:drawing"]) == (
        ("photo", "drawing"),
        ("drawing", "photo"),
    )


def test_a_domain_of_loose_images_is_left_out_and_said(tmp_path: Path) -> None:
    lay(tmp_path, "photo", bird=2)
    lay(tmp_path, "drawing", bird=1)
    (tmp_path / "scans").mkdir()
    for number in range(3):
        (tmp_path / "scans" / f"{number}.jpg").write_bytes(b"\xff\xd8\xffscan")
    root = open_data_root(tmp_path)
    assert root.names == ("drawing", "photo")
    sentence = "scans has 3 images but no folder for each category, and is left out."
    assert root.problems() == (sentence,)
    shutil.rmtree(tmp_path / "drawing")
    with pytest.raises(UserError, match=rf"only the domain photo; .* or more; {sentence}$"):
        open_data_root(tmp_path)


def test_loose_images_beside_categories_are_said(tmp_path: Path) -> None:
    lay(tmp_path, "photo", bird=2)
    lay(tmp_path, "drawing", bird=1)
    (tmp_path / "photo" / "loose.jpg").write_bytes(b"\xff\xd8\xff")
    root = open_data_root(tmp_path)
    assert root.domain("photo").counts == {"bird": 2}
    assert root.problems() == (
        "1 image of photo lies in no folder of a category and will not be used.",
    )


@pytest.mark.parametrize("names", [("train", "test"), ("Train", "val"), ("test", "train", "val")])
def test_train_and_test_of_a_domain_are_one(tmp_path: Path, names: tuple[str, ...]) -> None:
    for number, name in enumerate(names, start=1):
        lay(tmp_path, f"photo/{name}", bird=number, train=1)
        lay(tmp_path, f"photo/{name}/bird", deeper=1)
    lay(tmp_path, "drawing", bird=1, train=1)
    (tmp_path / "photo" / names[0] / "loose.jpg").write_bytes(b"\xff\xd8\xff")
    root = open_data_root(tmp_path)
    count = len(names)
    birds = sum(range(1, count + 1)) + count
    assert root.domain("photo").counts == {"bird": birds, "train": count}
    assert root.problems() == (
        f"photo is split into {' and '.join(sorted(names))}, which are taken together as one "
        "domain.",
        "1 image of photo lies in no folder of a category and will not be used.",
    )
    images = root.domain_images("photo")
    assert Counter(one.category for one in images.records) == {
        "bird": birds,
        "train": count,
        None: 1,
    }
    assert Counter(
        one.category
        for one in open_data_root(tmp_path, categories=["bird"]).domain_images("photo").records
    ) == {"bird": birds}


def test_folders_that_are_no_splits_stay_categories(tmp_path: Path) -> None:
    lay(tmp_path, "photo", train=2, test=1)
    lay(tmp_path, "drawing/train", bird=2)
    lay(tmp_path, "drawing/plane", jet=1)
    root = open_data_root(tmp_path)
    assert root.domain("photo").counts == {"test": 1, "train": 2}
    assert root.domain("drawing").counts == {"plane": 1, "train": 2}
    assert root.problems() == ()


def test_a_published_set_with_splits_is_recognised(tmp_path: Path) -> None:
    for domain in ("amazon", "dslr", "webcam"):
        for split in ("train", "test"):
            lay(tmp_path, f"{domain}/{split}", bike=1)
    root = open_data_root(tmp_path)
    assert root.data_set is OFFICE_31
    assert len(root.domain_images("dslr")) == 2


def test_a_category_that_is_asked_for_and_not_there_is_said(tmp_path: Path) -> None:
    lay(tmp_path, "photo", bird=2, cow=1)
    lay(tmp_path, "drawing", bird=1)
    lay(tmp_path, "render", cow=1)
    root = open_data_root(tmp_path, categories=["bird", "brid", "zebra"])
    assert root.names == ("drawing", "photo")
    assert root.problems() == (
        "render has none of the categories asked for and is left out.",
        "No domain has a category brid; did you mean bird?",
        "No domain has a category zebra.",
    )
    with pytest.raises(UserError, match=r"^No domain has a category brid; did you mean bird\?$"):
        open_data_root(tmp_path, categories=["brid"])


def test_a_missing_domain_is_said(tmp_path: Path) -> None:
    for domain in ("amazon", "webcam"):
        lay(tmp_path, domain, bike=1)
    assert open_data_root(tmp_path).problems()[0] == (
        "Office-31 has a domain dslr, which is missing here."
    )


@pytest.mark.parametrize(
    ("wrong", "right"), [("bycicle", "bicycle"), ("Alarm Clock", "alarm_clock"), ("birds", "bird")]
)
def test_a_category_that_is_nearly_spelt_like_another_is_said(
    tmp_path: Path, wrong: str, right: str
) -> None:
    lay(tmp_path, "photo", **{wrong: 1, "teapot": 1})
    for domain in ("drawing", "render"):
        lay(tmp_path, domain, **{right: 1, "teapot": 1, "own" + domain: 1})
    problems = open_data_root(tmp_path).problems()
    assert (
        f"The category {wrong} is in photo only, and {right} in drawing and render: "
        in (problems[0])
    )
    assert problems[0].endswith("are they the same?")


def test_different_words_are_no_misspelling(tmp_path: Path) -> None:
    lay(tmp_path, "photo", bird=1, table=1, tiger=1)
    lay(tmp_path, "drawing", bird=1, chair=1, birds=1, tiger=1)
    assert open_data_root(tmp_path).problems() == ()


def test_what_is_asked_for_wrongly_is_one_sentence(tmp_path: Path) -> None:
    root = open_data_root(office_31(tmp_path))
    for spec, sentence in {
        "amazon:weabcam": r"has no domain weabcam; did you mean webcam\?$",
        "amazon:zoo": r"has no domain zoo; there are amazon, dslr, webcam\.$",
        "amazon": r"^amazon is no pair of domains; a pair is written QUERY:GALLERY",
        "amazon:Amazon": r"^amazon:Amazon is no pair: query and gallery are the same domain\.$",
    }.items():
        with pytest.raises(UserError, match=sentence):
            root.pairs([spec])
    with pytest.raises(UserError, match="no domain zoo"):
        root.domain_images("zoo")
    with pytest.raises(UserError, match="No pair"):
        root.pairs([])


def test_what_is_no_data_set_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"^The folder .* does not exist\.$"):
        open_data_root(tmp_path / "nowhere")
    with pytest.raises(UserError, match=r"has no domain; a data set lies as ROOT/DOMAIN/CATEGORY"):
        open_data_root(tmp_path)
    lay(tmp_path, "photo", bird=1)
    (tmp_path / "empty").mkdir()
    with pytest.raises(UserError, match="has only the domain photo; "):
        open_data_root(tmp_path)


def test_names_are_compared_without_case_and_blanks() -> None:
    assert plain_name("Real_World") == plain_name("real world") == "realworld"
    assert OFFICE_HOME.domain_of("Real World") == "Real"
    assert OFFICE_31.domain_of("photo") is None
