"""What can be exported, of which queries or images, and as what; needs nothing heavy."""

from __future__ import annotations

from enum import StrEnum


class What(StrEnum):
    """What leaves the window."""

    MATCHES = "matches"
    DECISIONS = "decisions"
    IMAGES = "images"
    HARD_NEGATIVES = "hard-negatives"
    PAIRS = "pairs"
    COMPARISON = "comparison"
    POINTS = "map"
    PICTURE = "picture"
    PROBLEMS = "problems"
    CURVES = "curves"
    RESULTS = "results"
    QUERIES = "queries"
    CONFUSION = "confusion"
    CONFUSION_PICTURE = "confusion-picture"
    CATEGORIES = "categories"
    PROTOTYPES = "prototypes"
    UNLABELLED = "without-labels"


class Which(StrEnum):
    """Which of them."""

    CHOSEN = "chosen"
    LISTED = "listed"
    ALL = "all"
    HELD = "held"
    HISTORY = "history"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    UNSURE = "unsure"
    CONFIRMED = "confirmed"
    NOTED = "noted"


class Form(StrEnum):
    """As what."""

    CSV = "csv"
    PARQUET = "parquet"
    LIST = "list"
    NULL_LIST = "null-list"
    COPIES = "copies"
    HARD_LINKS = "hard-links"
    SYMBOLIC_LINKS = "symbolic-links"
    PNG = "png"
    SVG = "svg"
    JSON = "json"
    MARKDOWN = "markdown"
    HTML = "html"

    @property
    def is_folder(self) -> bool:
        """Whether it is a folder of images rather than one file."""
        return self in FOLDERS


TABLES = (Form.CSV, Form.PARQUET)
PICTURES = (Form.PNG, Form.SVG)
FOLDERS = (Form.COPIES, Form.HARD_LINKS, Form.SYMBOLIC_LINKS)
CHOICES: dict[What, tuple[tuple[Which, ...], tuple[Form, ...]]] = {
    What.MATCHES: ((Which.CHOSEN, Which.LISTED, Which.ALL), TABLES),
    What.DECISIONS: ((Which.HELD, Which.HISTORY), TABLES),
    What.IMAGES: (
        (
            Which.CHOSEN, Which.LISTED, Which.ACCEPTED, Which.REJECTED, Which.UNSURE,
            Which.CONFIRMED, Which.NOTED,
        ),
        (Form.COPIES, *FOLDERS[1:], Form.LIST, Form.NULL_LIST),
    ),
    What.HARD_NEGATIVES: ((Which.ALL,), TABLES),
    What.PAIRS: ((Which.ACCEPTED,), FOLDERS),
}  # fmt: skip
"""What there is to choose from whatever is shown, the usual first."""
OF_A_PAGE: dict[What, tuple[Form, ...]] = {
    What.COMPARISON: TABLES,
    What.POINTS: TABLES,
    What.PICTURE: PICTURES,
    What.PROBLEMS: (*TABLES, Form.LIST, Form.NULL_LIST),
    What.CURVES: (Form.CSV,),
    What.RESULTS: (Form.HTML, Form.MARKDOWN, Form.JSON),
    What.QUERIES: TABLES,
    What.CONFUSION: TABLES,
    What.CONFUSION_PICTURE: PICTURES,
    What.CATEGORIES: TABLES,
    What.PROTOTYPES: TABLES,
    What.UNLABELLED: TABLES,
}
"""What only one page has, and as what, the usual first."""
