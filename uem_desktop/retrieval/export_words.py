"""What the export dialog calls things."""

from __future__ import annotations

from uem_desktop.retrieval.export_choices import Form, What, Which

WHAT_TITLES = {
    What.MATCHES: "Matches",
    What.DECISIONS: "Decisions",
    What.IMAGES: "Images",
    What.HARD_NEGATIVES: "Hard negatives",
    What.PAIRS: "Accepted pairs",
    What.COMPARISON: "Comparison",
    What.POINTS: "Points of the map",
    What.PICTURE: "Picture of the map",
    What.PROBLEMS: "Problems",
    What.CURVES: "Curves",
    What.RESULTS: "Results of the benchmark",
    What.QUERIES: "Queries",
    What.CONFUSION: "Confusion",
    What.CONFUSION_PICTURE: "Picture of the confusion",
    What.CATEGORIES: "Categories",
    What.PROTOTYPES: "Prototypes",
    What.UNLABELLED: "What needs no categories",
}
WHAT_HELP = {
    What.MATCHES: "A table: each match with its rank, similarity, mark and what was decided.",
    What.DECISIONS: "A table: who decided what, and when.",
    What.IMAGES: "The files themselves, or a list of them.",
    What.HARD_NEGATIVES: "A table: wrong matches and rejected pairs, the most similar first.",
    What.PAIRS: "Folders DOMAIN / CATEGORY / IMAGE, as training and benchmarks read them.",
    What.COMPARISON: "A table: each query with its AP, first correct rank and flips under both.",
    What.POINTS: "A table: each image with its place, domain, category, prototype, AP, decision.",
    What.PICTURE: "The map as it is seen, with its legend, dark on white.",
    What.PROBLEMS: "Each file that could not be read, and why.",
    What.CURVES: "A table: every point of every curve of the run.",
    What.RESULTS: "All tables of the benchmark, as far as they are measured.",
    What.QUERIES: "A table: each query with its AP, first correct rank, first match and margin.",
    What.CONFUSION: "A table: how often each category finds each other one, a line for each cell.",
    What.CONFUSION_PICTURE: "The matrix as it is coloured, with all names, dark on white.",
    What.CATEGORIES: "A table: each category with its size, AP, P@k and share called private.",
    What.PROTOTYPES: "A table: each image with its prototype, and whether that is own or merged.",
    What.UNLABELLED: "A table: each image with mutual neighbours, hubs, domain gap, duplicates.",
}
WHICH_TITLES = {
    Which.ALL: "Every query",
    Which.HELD: "What holds now",
    Which.HISTORY: "Everything that was ever decided",
    Which.ACCEPTED: "In an accepted pair",
    Which.REJECTED: "In a rejected pair",
    Which.UNSURE: "In a pair that somebody is unsure about",
    Which.CONFIRMED: "Confirmed to have no counterpart",
    Which.NOTED: "With a note or another category",
}
FORM_TITLES = {
    Form.CSV: "CSV",
    Form.PARQUET: "Parquet",
    Form.LIST: "List of paths, one a line",
    Form.NULL_LIST: "List of paths, zero byte after each",
    Form.COPIES: "Copies in a folder",
    Form.HARD_LINKS: "Hard links in a folder",
    Form.SYMBOLIC_LINKS: "Symbolic links in a folder",
    Form.PNG: "PNG, 300 dots an inch",
    Form.SVG: "SVG",
    Form.JSON: "JSON",
    Form.MARKDOWN: "Markdown",
    Form.HTML: "HTML page",
}
FORM_HELP = {
    Form.CSV: "UTF-8. No cell is run by a spreadsheet: what looks like a formula begins with ' .",
    Form.PARQUET: "For pandas, polars, DuckDB; needs pyarrow.",
    Form.LIST: "The exact bytes of each name.",
    Form.NULL_LIST: "For names with line breaks, and for xargs -0.",
    Form.COPIES: "Nothing is overwritten; a name that is taken gets a number.",
    Form.HARD_LINKS: "They take no space; where there can be none, it is a copy.",
    Form.SYMBOLIC_LINKS: "They lead to the original; where there can be none, it is a copy.",
    Form.PNG: "For slides and pages.",
    Form.SVG: "For papers: points, lines and letters stay sharp at any size.",
    Form.JSON: "Every number with all its digits, for programs.",
    Form.MARKDOWN: "For notes and repositories.",
    Form.HTML: "One file that loads nothing.",
}
SUFFIXES = {
    Form.CSV: ".csv",
    Form.PARQUET: ".parquet",
    Form.LIST: ".txt",
    Form.NULL_LIST: ".list0",
    Form.PNG: ".png",
    Form.SVG: ".svg",
    Form.JSON: ".json",
    Form.MARKDOWN: ".md",
    Form.HTML: ".html",
}


def which_title(which: Which, count: int, what: What) -> str:
    """Name a choice: ``The 3 chosen queries``, ``All 1,240 queries of the list``."""
    noun = "image" if what is What.IMAGES else "query"
    several = "images" if what is What.IMAGES else "queries"
    if which is Which.CHOSEN:
        return f"The chosen {noun}" if count == 1 else f"The {count:,} chosen {several}"
    if which is Which.LISTED:
        return f"All {count:,} {several} of the list"
    return WHICH_TITLES[which]
