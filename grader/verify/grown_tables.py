# ruff: noqa: E501 -- a pattern stays on one line
"""What a longer sequence does to a table with N × N entries, told in numbers."""

from __future__ import annotations

import re
from collections.abc import Iterator

from grader.verify.claim import Kind, Method, Spanned, refuted, verified
from grader.verify.numerals import NUMERAL, multiple_of, value_of

TABLE = r"(?:number of (?:scores|entries|weights|pairs|attention weights|inner products)|(?:attention|score|weight|kernel|similarity|Gram) (?:matrix|table)|scores|size of the (?:attention|score|weight) (?:matrix|table))"
GROWTH = re.compile(
    rf"(?:\b[Aa]n?\s+(?P<fold>{NUMERAL}[- ]?fold)\s+(?:larger\s+)?(?:N|sequence|number of tokens)|\b(?P<verb>[Dd]oubling|[Tt]ripling|[Qq]uadrupling)\s+(?:N|the (?:sequence length|number of tokens|length|tokens))|\b(?P<many>{NUMERAL})\s+times (?:as many tokens|the tokens|the length|as long a sequence)|\bmultiplying (?:N|the (?:sequence )?length) by (?P<by>\d{{1,4}}))"
    rf"\s+(?:(?:therefore|thus|then|already|only)\s+)?(?:multipl(?:ies|y)|increases?|enlarges?|grows?|gives?|means?|makes?|needs?|has|have|raises?)\s+(?:the\s+)?(?P<what>{TABLE}|it|them)?\s*(?:(?:by|a factor|of|larger)\s+)*(?P<c>{NUMERAL})\b(?!\s*(?:%|more tokens|per\b|for (?:each|one|every)|in each))(?P<times>\s+times|-fold)?",
    re.I,
)


def grown_tables(sentence: str) -> Iterator[Spanned]:
    """`a tenfold N multiplies the number of scores by 100`: a table of N × N grows with the square.

    >>> [j.ruling.value for *_, j in grown_tables("A tenfold N multiplies the number of scores by 20.")]
    ['refuted']
    """
    subject = re.search(TABLE, sentence, re.I)
    if subject is None or re.search(
        r"\bcausal|linear|features?|kernelized|random\b|memory|time|seconds|would|not\b", sentence, re.I
    ):
        return
    for found in GROWTH.finditer(sentence):
        if found.group("what") is None or (
            found.group("what").lower() in {"it", "them"} and subject.start() > found.start()
        ):
            continue
        word = next(filter(None, (found.group(key) for key in ("fold", "verb", "many", "by")))).lower()
        factor = int(multiple_of(word))
        stated = value_of(found.group("c"))
        says = f"(N·{factor})² is {factor**2} times N²"
        if stated == factor**2:
            yield found.start(), found.end(), verified(Kind.COMPLEXITY, says, Method.COUNT)
        else:
            witness = {"N": f"1 and {factor}", "entries": f"1 and {factor**2}", "stated": f"{stated} times"}
            yield found.start(), found.end(), refuted(Kind.COMPLEXITY, says, Method.COUNT, witness)


__all__ = ["grown_tables"]
