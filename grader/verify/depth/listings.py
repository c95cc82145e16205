# ruff: noqa: E501 -- a pattern stays on one line
"""Depths of several images, one by one: `ten images had the depths 0, 2, 2, 5, ...`, or a table's column."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

THINGS = r"(?:images?|examples?|samples?|inputs?|points?|pictures?|photos?|shapes?|cases?|instances?)"
NUMBERS = r"(?>\d{1,2}(?:(?:\s*,\s*(?:and\s+)?|\s+and\s+|\s+)\d{1,2}){2,80})"
LISTED = re.compile(
    rf"\b(?P<of>(?:\w+ )?)(?:prediction[- ])?(?:depths\b|depth(?= (?:of each|per|by) (?:image|example|picture)|\s*[:=]))(?P<between>(?:[^.;:\d(\[]|\((?!\d)){{0,50}}?(?:\d{{1,4}} (?:[a-z]+ ){{0,3}}?{THINGS}[^.;:\d]{{0,30}}?)?)(?:\s*[:=]\s*|\s*)[(\[{{]?\s*(?P<values>{NUMBERS})(?![\d.]*\d|\s?(?:[-–/·*+×^%]|,?\s*(?:…|\.\.\.)))",
    re.I,
)
NOT_THESE = re.compile(
    r"\b(?:mean|average|median|first|last|wrong|misclassified|such|like|including|between|up to|occurs?|occurred|counts?|counted|histogram|numbers?|layers?|from|at most|at least|possible|images? (?:at|of|per)|no|not|accuracy|votes?|predictions?|only)\b",
    re.I,
)
COUNTED_BEFORE = re.compile(
    r"\b(?:histograms?|counts?|numbers?|bars|bins|frequenc\w+|how many|distribution)\b[^.;:]{0,25}$", re.I
)
SAMPLE_ONLY = re.compile(
    r"\b(?:e\.g\.|for example|for instance|such as|like|including|first|among|last|some of|several of|extract|excerpt)\W*(?:[\w-]+\W+){0,3}$",
    re.I,
)
GOES_ON = re.compile(
    r"\s*[)\]}]?\s*,?\s*(?:respectively\b|(?:occur\w*|appear\w*|have|has|had|hold|contain|get|come|were (?:seen|found))\b[^.;\d]{0,25}\d+(?:,| and|\s\d)|(?:are|were) (?:rare|empty|common|frequent|easy|hard|deep|shallow)|together\b|in (?:the )?(?:histogram|figure))",
    re.I,
)
MANY = re.compile(rf"(?<![\w.,])(?P<many>\d{{1,4}})\s+(?:[a-z-]+\s+){{0,3}}?{THINGS}\b", re.I)
LAST_LAYER = re.compile(
    r"\b(?:layers?|probes?|depths?|over|from|points?|bins?)\b[^.;\d]{0,20}(?<!\d)0\s?(?:to|–|-|…|\.{2,3}|through|,\s?(?:…|\.{3})\s?,)\s?(?P<last>\d{1,2})(?!\d)|\b(?P<many>\d{1,2})\s+(?:probes|layers)\b",
    re.I,
)
FEWEST = 3


@dataclass(frozen=True)
class Listing:
    """The depths of images in the text's order."""

    values: tuple[int, ...]
    start: int
    end: int
    last: int | None = None  # the last layer, where the text tells it


def listings_in(text: str) -> list[Listing]:
    """Each list of depths of images, one number an image.

    >>> [one.values for one in listings_in("Eight images have depths 0, 2, 2, 5, 5, 5, 9, 10; depths 3, 4 and 5 are rare.")]
    [(0, 2, 2, 5, 5, 5, 9, 10)]
    """
    out = []
    for found in LISTED.finditer(text):
        values = tuple(int(one) for one in re.findall(r"\d+", found.group("values")))
        before = text[: found.start()]
        told = f"{found.group('of')} {found.group('between')}"
        if (
            COUNTED_BEFORE.search(before)
            or len(values) < FEWEST
            or max(values) > 60
            or NOT_THESE.search(told)
            or SAMPLE_ONLY.search(before)
            or GOES_ON.match(text, found.end())
        ):
            continue
        sentence = (
            re.split(r"[.!?]\s", before)[-1]
            + text[found.start() : found.end()]
            + re.split(r"[.;!?]", text[found.end() :])[0]
        )
        counted = {int(one.group("many")) for one in MANY.finditer(sentence)}
        if list(values) == sorted(set(values)) and len(values) not in counted:
            continue  # "the depths 3, 4 and 5" are none of images
        if (
            counted
            and len(values) not in counted
            and len(counted) == 1
            and abs(max(counted) - len(values)) > 2
        ):
            continue
        last = LAST_LAYER.search(text)
        layer = (
            None
            if last is None
            else int(last.group("last"))
            if last.group("last")
            else int(last.group("many")) - 1
        )
        out.append(
            Listing(
                values,
                found.start("values"),
                found.end("values"),
                layer if layer is not None and layer >= max(values) else None,
            )
        )
    return out


def bars_of(values: Sequence[int], last: int | None) -> dict[int, int]:
    """How many images each depth has, those that none has included."""
    return {
        depth: values.count(depth) for depth in range((last if last is not None else max(*values, 10)) + 1)
    }


__all__ = ["Listing", "bars_of", "listings_in"]
