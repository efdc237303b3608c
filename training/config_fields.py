"""What a setting may be, read off its annotation, and what its help is, read off its docstring."""

from __future__ import annotations

import ast
import difflib
import inspect
import math
from dataclasses import dataclass, fields
from functools import cache
from itertools import pairwise
from typing import Annotated, Any, Literal, get_args, get_origin, get_type_hints

from training.errors import UserError


@dataclass(frozen=True, slots=True)
class Range:
    """The numbers that a setting may be.

    Attributes:
        least: The smallest.
        most: The largest.
        is_open: Whether ``least`` itself is left out.
    """

    least: float
    most: float = math.inf
    is_open: bool = False

    def phrase(self) -> str:
        """Say it: ``above 0``, ``from 0 to 1``, ``at least 2``."""
        if self.is_open:
            return f"above {self.least:g}"
        return (
            f"at least {self.least:g}"
            if math.isinf(self.most)
            else (f"from {self.least:g} to {self.most:g}")
        )

    def holds(self, value: float) -> bool:
        """Tell whether a number lies within."""
        is_above = value > self.least if self.is_open else value >= self.least
        return is_above and value <= self.most


@dataclass(frozen=True, slots=True)
class Setting:
    """One field of a section.

    Attributes:
        section: Name of the section, ``"uem"`` for example.
        name: Name of the field.
        kind: ``bool``, ``int``, ``float`` or ``str``.
        choices: All values there are; empty where it is free.
        range: The numbers it may be, where it is one.
        default: Its value when nothing is said.
        help: What it means.
    """

    section: str
    name: str
    kind: type
    choices: tuple[Any, ...]
    range: Range | None
    default: Any
    help: str

    def checked(self, value: object) -> Any:
        """Return a value as this setting's kind.

        Raises:
            UserError: If it cannot be one.
        """
        if self.kind is float and isinstance(value, int) and not isinstance(value, bool):
            value = float(value)
        if type(value) is not self.kind or (isinstance(value, float) and not math.isfinite(value)):
            raise UserError(f"The setting {self.name} is {self._wanted()}, not {value!r}.")
        if self.choices and value not in self.choices:
            raise UserError(f"The setting {self.name} is {self._wanted()}, not {value}.")
        if self.range is not None and not self.range.holds(value):  # type: ignore[arg-type]
            raise UserError(f"The setting {self.name} must be {self.range.phrase()}, not {value}.")
        return value

    def parsed(self, text: str) -> Any:
        """Read a value that a person typed.

        Raises:
            UserError: If it cannot be one.
        """
        bare = text.strip()
        if self.kind is bool:
            words = {"true": True, "false": False, "on": True, "off": False}
            return self.checked(words.get(bare.lower(), text))
        if self.kind is str:
            return self.checked(bare)
        try:
            return self.checked(self.kind(bare))
        except ValueError:
            return self.checked(text)

    def _wanted(self) -> str:
        if self.choices:
            names = [str(choice) for choice in self.choices]
            return " or ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
        words = {bool: "true or false", int: "a whole number", float: "a number", str: "a text"}
        return words[self.kind]


@cache
def settings_of(section: type, name: str = "") -> tuple[Setting, ...]:
    """Return the settings of a section class, in their order.

    Args:
        section: A frozen dataclass with a literal below each field.
        name: Name of the section.
    """
    hints = get_type_hints(section, include_extras=True)
    helps = _literals_below_fields(section)
    return tuple(
        _setting(name, entry.name, hints[entry.name], entry.default, helps[entry.name])
        for entry in fields(section)
    )


def check_section(section: object) -> None:
    """Raise a UserError unless every value of a section is one it may be."""
    kind: Any = type(section)
    for setting in settings_of(kind):
        object.__setattr__(section, setting.name, setting.checked(getattr(section, setting.name)))


def unknown_sentence(what: str, name: str, known: list[str]) -> str:
    """Say that there is no setting of this name, and which one may be meant."""
    close = difflib.get_close_matches(name, known, n=1)
    hint = f"did you mean {close[0]}?" if close else f"there are {', '.join(sorted(known))}."
    return f"There is no {what} {name}; {hint}"


def _setting(section: str, name: str, hint: Any, default: Any, help_text: str) -> Setting:
    limits: Range | None = None
    choices: tuple[Any, ...] = ()
    if get_origin(hint) is Annotated:
        hint, limits = get_args(hint)
    if get_origin(hint) is Literal:
        choices = get_args(hint)
        hint = type(choices[0])
    assert isinstance(hint, type)
    return Setting(section, name, hint, choices, limits, default, help_text)


def _literals_below_fields(section: type) -> dict[str, str]:
    tree = ast.parse(inspect.getsource(section))
    body = tree.body[0]
    assert isinstance(body, ast.ClassDef)
    found = {}
    for line, below in pairwise(body.body):
        if not (isinstance(line, ast.AnnAssign) and isinstance(line.target, ast.Name)):
            continue
        if isinstance(below, ast.Expr) and isinstance(below.value, ast.Constant):
            found[line.target.id] = " ".join(str(below.value.value).split())
    return found
