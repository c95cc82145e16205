# ruff: noqa: E501 -- a pattern, a table row or a sentence stays on one line
"""Statements of length: "(78 words)", "about 100 words"."""

from __future__ import annotations

import re
from collections.abc import Iterator

from grader.verify.claim import Judged, Kind, Method, refuted, unchecked, verified

ASIDE = re.compile(
    r"[(\[]\s*(?P<about>about|around|approximately|approx\.?|roughly|ca\.?|circa|~|≈|\$\\approx|nearly|almost)?\s*(?P<count>\d{1,5}(?:,\d{3})?)\s*\$?\s*words?\s*[)\]]\.?",
    re.I,
)
ALONE = re.compile(
    r"^\W*(?:word count|length|words)\s*:?\s*(?P<about>about|around|approximately|roughly|~|≈)?\s*(?P<count>\d{1,5})(?:\s*words?)?\W*$",
    re.I,
)
LONGEST_TITLE = 15
ASKED = "the length that is asked for, not a count of what is written"
ENUMERATOR = re.compile(
    r"^[\s*_#>-]*(?:(?:question|part|task|problem|exercise|item|q)?\s*[(\[]?(?:\d{1,2}|[a-z]|[ivx]{1,4})[)\].:]+\s*)?",
    re.I,
)
SENTENCE_ENDS = re.compile(r"[.!?][*_\"”')]*(?:\s|$)")
DEMAND = re.compile(
    r"(?:briefly |please )?(?:explain|summari[sz]e|describe|state|discuss|give|write|define|compare|justify|name|argue|sketch|outline|comment|answer)\s+(?:the|why|how|what|on|your|briefly|in|one|two|three|an?|whether|which|when)\b",
    re.I,
)


def words_of(text: str) -> int:
    """Words separated by white space."""
    return len(text.split())


def length_claims(
    text: str, paragraph_before: str, paragraph_after: str = ""
) -> Iterator[tuple[int, int, Judged]]:
    """(start, end, ruling) of each statement of length in a paragraph (with its formulas spelled out)."""
    for found in ASIDE.finditer(text):
        before, after = text[: found.start()].strip(), text[found.end() :].strip()
        if _is_asked(before, after, paragraph_after, _stated(found)):
            yield found.start(), found.end(), unchecked(Kind.LENGTH, ASKED)
            continue
        if words_of(before) < 3:
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


def _is_asked(before: str, after: str, paragraph_after: str, stated: int) -> bool:
    """Whether a length is what a title or a question asks of the text that follows.

    A title is bold, or a fragment of a few words before a text of roughly the length named.

    >>> _is_asked("**2. Margin", "**", "The margin keeps pairs apart.", 40)
    True
    >>> _is_asked("The margin keeps pairs apart.", "", "Next, the loss.", 40)
    False
    """
    bare = ENUMERATOR.sub("", before, count=1)
    words = words_of(bare)
    if re.match(r"[.:]?\s*(?:\*\*|__|:)", after) and words_of(after) > 2:
        return True
    opened = re.match(r"^[\s>#-]*(?:[(\[]?\w{1,3}[)\].]\s*)?(?P<mark>\*\*|__)", before)
    follows = re.sub(r"^\W+", "", after) or paragraph_after
    if opened and before.count(opened.group("mark")) % 2 and follows:
        return True
    if 2 * words >= stated:
        return False
    ends = len(SENTENCE_ENDS.findall(bare))
    if DEMAND.match(bare) and ends <= 1:
        return True
    is_title = words >= 3 and not ends and words <= LONGEST_TITLE
    return is_title and 2 * abs(words_of(follows) - stated) <= stated


def _stated(found: re.Match[str]) -> int:
    return int(found.group("count").replace(",", ""))


def _judge(found: re.Match[str], counted: int) -> Judged:
    stated = _stated(found)
    allowed = stated * 0.2 if found.group("about") else 2
    says = f"the text before it has {counted} words"
    if abs(counted - stated) <= allowed:
        return verified(Kind.LENGTH, says, Method.COUNT)
    return refuted(Kind.LENGTH, f"{says}, not {stated}", Method.COUNT, {"counted": counted, "stated": stated})
