"""The rules of the style sheet, resolved for one element: pictures look as pages do."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

from maps.base.style import PALETTE, asset

Properties = Mapping[str, str]

_COMPOUND: Final = re.compile(r"([>\s]*)((?:[^\s>(]|\([^)]*\))+)")
_PART: Final = re.compile(r"(:is)\(([^)]*)\)|([.:]{1,2})([\w-]+)|([\w-]+|\*)")


@dataclass(frozen=True)
class Node:
    """An element, as selectors see it.

    Attributes
    ----------
    tag, classes
        Its name and classes.
    first, last
        Whether it is the first, and the last, among its siblings.
    style
        Its own declarations.
    """

    tag: str
    classes: frozenset[str] = frozenset()
    first: bool = False
    last: bool = False
    style: str = ""


@dataclass(frozen=True)
class Rule:
    """One selector with its declarations.

    Attributes
    ----------
    steps
        From the outermost element in: whether the next is its child, and what must hold of
        each: sets of parts, of which one must hold.
    weight
        Its specificity: classes, tags.
    """

    steps: tuple[tuple[bool, tuple[frozenset[str], ...]], ...]
    weight: tuple[int, int]
    declared: Properties


def node(tag: str, classes: str = "", style: str = "", **at: bool) -> Node:
    """Make an element out of its attributes.

    Examples
    --------
    >>> sorted(node("i", "dot home").classes)
    ['dot', 'home']
    """
    return Node(tag, frozenset(classes.split()), style=style, **at)


def computed(path: Sequence[Node]) -> dict[str, str]:
    """Return what the style sheet says of an element.

    Parameters
    ----------
    path
        The element, last, in those that hold it.

    Returns
    -------
    properties
        By name, variables resolved; only its own ones and variables, nothing inherited.

    Examples
    --------
    >>> computed([node("div", "mark hub"), node("svg", "symbol hub")])["left"]
    '4px'
    >>> computed([node("div", "mark"), node("svg", "symbol open")])["fill"] == PALETTE["open"]
    True
    """
    known = {f"--{name}": colour for name, colour in PALETTE.items()}
    found: dict[str, str] = {}
    for depth in range(1, len(path) + 1):
        found = dict(_own(tuple(path[:depth])))
        known |= {name: value for name, value in found.items() if name.startswith("--")}
    return {name: _resolved(value, known) for name, value in found.items()}


def declarations(text: str) -> dict[str, str]:
    """Split declarations; `border` also says width, style and colour apart.

    Examples
    --------
    >>> declarations("left:1px;border:2px dashed red")
    {'left': '1px', 'border-width': '2px', 'border-style': 'dashed', 'border-color': 'red'}
    """
    found: dict[str, str] = {}
    for part in text.split(";"):
        name, colon, value = part.partition(":")
        name, value = name.strip(), value.replace("!important", "").strip()
        if not colon:
            continue
        if name == "border" and value != "0":
            said = [*value.split(None, 2), "currentcolor"][:3]
            found |= dict(zip(("border-width", "border-style", "border-color"), said, strict=True))
        else:
            found[name] = value
    return found


def pixels(value: str, em: float) -> float:
    """Return a length in pixels; one of the page's `rem` is 16 of them.

    Examples
    --------
    >>> pixels("-4px", 12), pixels(".5rem", 12), pixels("2em", 12), pixels("0", 12)
    (-4.0, 8.0, 24.0, 0.0)
    """
    match = re.fullmatch(r"(-?[\d.]+)(px|rem|em|%|)", value)
    if not match:
        return 0.0
    return float(match[1]) * {"px": 1.0, "rem": 16.0, "em": em, "%": em / 100, "": 1.0}[match[2]]


@cache
def _own(path: tuple[Node, ...]) -> Properties:
    matching = [rule for rule in _rules() if _holds(rule.steps, path)]
    found: dict[str, str] = {}
    for rule in sorted(matching, key=lambda rule: rule.weight):
        found |= rule.declared
    return found | declarations(path[-1].style)


def _holds(steps: Sequence[tuple[bool, tuple[frozenset[str], ...]]], path: Sequence[Node]) -> bool:
    """Say whether a selector means the last element of a path."""
    if not path or not _matches(steps[-1][1], path[-1]):
        return False
    if len(steps) == 1:
        return True
    if steps[-1][0]:
        return _holds(steps[:-1], path[:-1])
    return any(_holds(steps[:-1], path[:depth]) for depth in range(len(path) - 1, 0, -1))


def _matches(parts: Iterable[frozenset[str]], one: Node) -> bool:
    held = {one.tag, "*", *(f".{name}" for name in one.classes)}
    held.add(":first-child" if one.first else ":later")
    if one.last:
        held.add(":last-child")
    return all(part & held for part in parts)


@cache
def _rules() -> tuple[Rule, ...]:
    """Read the style sheet: rules for every medium whose selectors are of the plain sort."""
    sheet = re.sub(r"/\*.*?\*/", "", asset("maps.css"), flags=re.DOTALL)
    sheet = re.sub(r"@[^{;]*\{(?:[^{}]*\{[^{}]*\})*[^{}]*\}", "", sheet)
    found = []
    for selectors, body in re.findall(r"([^{}]+)\{([^{}]*)\}", sheet):
        declared = declarations(body)
        for selector in re.split(r",(?![^(]*\))", selectors.strip()):
            steps = _steps(selector.strip())
            if steps:
                parts = [part for _, step in steps for part in step]
                classes = sum(any(one[0] in ".:" for one in part) for part in parts)
                found.append(Rule(steps, (classes, len(parts) - classes), declared))
    return tuple(found)


def _steps(selector: str) -> tuple[tuple[bool, tuple[frozenset[str], ...]], ...]:
    """Take a selector to pieces; one that asks for what pictures have not gives none."""
    selector = re.sub(r"\b(\w+)\+\1\b", r"\1:later", selector)
    if re.search(r"\[|\+|~|::|:(?!is\(|first-child|last-child|later)", selector):
        return ()
    steps = []
    for gap, compound in _COMPOUND.findall(selector):
        parts = [
            frozenset(part.strip() for part in found[1].split(","))
            if found[0]
            else frozenset([found[4] or f"{found[2]}{found[3]}"])
            for found in _PART.findall(compound)
        ]
        steps.append((">" in gap, tuple(parts)))
    return tuple(steps)


def _resolved(value: str, known: Properties) -> str:
    for _ in range(3):
        value = re.sub(r"var\((--[\w-]+)\)", lambda name: known.get(name[1], ""), value)
    return value
