# ruff: noqa: E501 -- a pattern, a table row or a sentence stays on one line
"""Statements of length: "(78 words)", "about 100 words"."""

from __future__ import annotations

import re
from collections.abc import Iterator

from grader.verify.claim import Judged, Kind, Method, refuted, verified

ASIDE = re.compile(
    r"[(\[]\s*(?P<about>about|around|approximately|approx\.?|roughly|ca\.?|circa|~|≈|\$\\approx|nearly|almost)?\s*(?P<count>\d{1,5}(?:,\d{3})?)\s*\$?\s*words?\s*[)\]]\.?",
    re.I,
)
ALONE = re.compile(
    r"^\W*(?:word count|length|words)\s*:?\s*(?P<about>about|around|approximately|roughly|~|≈)?\s*(?P<count>\d{1,5})(?:\s*words?)?\W*$",
    re.I,
)


def words_of(text: str) -> int:
    """Words separated by white space."""
    return len(text.split())


def length_claims(text: str, paragraph_before: str) -> Iterator[tuple[int, int, Judged]]:
    """(start, end, ruling) of each statement of length in a paragraph (with its formulas spelled out)."""
    for found in ASIDE.finditer(text):
        after = text[found.end() :]
        if re.match(r"[.:]?\s*(?:\*\*|__|:)", after) and words_of(after) > 2:
            # a heading that runs into its text: the length that is asked for
            continue
        before = text[: found.start()].strip()
        if words_of(before) < 3:
            after = text[found.end() :].strip()
            if words_of(after) > 2:
                # "(about 100 words) ..." or a question's own demand
                continue
            before = paragraph_before
        if re.search(r"\?\s*$", before) or not before:
            continue
        yield found.start(), found.end(), _judge(found, words_of(before))
    alone = ALONE.match(text)
    if alone and paragraph_before:
        yield alone.start(), alone.end(), _judge(alone, words_of(paragraph_before))


def _judge(found: re.Match[str], counted: int) -> Judged:
    stated = int(found.group("count").replace(",", ""))
    allowed = stated * 0.2 if found.group("about") else 2
    says = f"the text before it has {counted} words"
    if abs(counted - stated) <= allowed:
        return verified(Kind.LENGTH, says, Method.COUNT)
    return refuted(Kind.LENGTH, f"{says}, not {stated}", Method.COUNT, {"counted": counted, "stated": stated})
