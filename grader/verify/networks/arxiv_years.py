# ruff: noqa: E501 -- a pattern stays on one line
"""The year of a preprint, which its arXiv number tells: 2106.09647 was submitted in June 2021."""

from __future__ import annotations

import re
from collections.abc import Iterator

from grader.verify.claim import Judged, Kind, Method, refuted, verified

DATED = re.compile(
    r"\b(?:arXiv\s*:?\s*|abs/)(?P<year>\d\d)(?P<month>0[1-9]|1[0-2])\.\d{4,5}(?:v\d+)?\)?[\s`*_]*,?\s+"
    r"(?P<dated>(?:(?:it|which|that)\s+)?(?:(?:(?:is|was|dates|comes|stems)\s+(?:back\s+)?)?(?:from|to)|appeared(?:\s+first)?\s+in|was\s+(?:submitted|posted|uploaded|published)\s+in|of)\s+(?:the year\s+)?(?:(?P<name>[A-Z][a-z]{2,8})\s+)?(?P<stated>(?:19|20)\d\d)(?!\d|-)"
    r"|(?P<bare>(?:19|20)\d\d)(?=\s*[);]))",
    re.I,
)


def arxiv_years(sentence: str) -> Iterator[tuple[int, int, Judged]]:
    """(start, end, ruling) of each `arXiv 2106.09647 is from 2021`; a later year may be that of a journal.

    >>> [judged.ruling.value for _, _, judged in arxiv_years("arXiv 2106.09647 is from 2019.")]
    ['refuted']
    """
    for found in DATED.finditer(sentence):
        year, stated = 2000 + int(found.group("year")), int(found.group("stated") or found.group("bare"))
        says = f"a number that begins with {found.group('year')}{found.group('month')} was given in {year}"
        if stated == year:
            yield found.start("dated"), found.end(), verified(Kind.FACT, says, Method.TEXT)
        elif stated < year:
            witness = {"year in the number": year, "stated": stated}
            yield found.start("dated"), found.end(), refuted(Kind.FACT, says, Method.TEXT, witness)


__all__ = ["arxiv_years"]
