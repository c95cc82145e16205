# ruff: noqa: E501 -- a pattern stays on one line
"""Rows of the causal mask, and sums S and Z that are said to grow: what causal attention keeps is as large for every token."""

from __future__ import annotations

import re
from collections.abc import Iterator

from grader.verify.claim import Kind, Method, Spanned, refuted, verified

MASK = re.compile(r"\bcausal|\bmask(?:ed|ing|s)?\b|\blower triang", re.I)
CAUSAL = re.compile(
    r"causal|prefix sums?|running sums?|recurren|linear attention|kerneli[sz]ed|random[- ]feature|\bRFA\b",
    re.I,
)
ROW = re.compile(
    r"\b[Rr]ow (?P<row>[ijt])\b[^.;:]{0,40}?\b(?:contains?|has|there are|are|holds?|with)\s+(?:only |exactly |just )?\$?(?P<many>(?:N ?[−-] ?)?[ijt](?: ?[+−-] ?1)?)\$? (?P<what>ones|zeros)\b"
)


def row_counts(sentence: str, before: str) -> Iterator[Spanned]:
    """`row i of the causal mask has i ones`: position i sees itself and those before.

    >>> [j.ruling.value for *_, j in row_counts("In a causal mask row i contains i − 1 ones.", "")]
    ['refuted']
    """
    found = ROW.search(sentence) if MASK.search(f"{before[-300:]} {sentence}") else None
    if found is None or found.group("row") not in found.group("many"):
        return
    row = found.group("row")
    ones = {f"{row}": 0, f"{row}-1": -1, f"{row}+1": 1}
    zeros = {f"N-{row}": 0, f"N-{row}+1": 1, f"N-{row}-1": -1}
    said = (ones if found.group("what") == "ones" else zeros).get(
        re.sub(r"\s", "", found.group("many")).replace("−", "-")
    )
    says = f"with j ≤ i row {row} has {row} ones and N − {row} zeros"
    if said == 0:
        yield found.start(), found.end(), verified(Kind.DIMENSION, says, Method.COUNT)
    elif not re.search(
        r"strict|j\s*<\s*i\b|\\lt|without the diagonal|from (?:0|zero)|0-based|itself",
        f"{before[-300:]} {sentence}",
    ):
        witness = {"N": 3, row: 2, "ones": 2, "zeros": 1, "stated": found.group("many")}
        yield found.start(), found.end(), refuted(Kind.DIMENSION, says, Method.COUNT, witness)


GROWS = re.compile(
    r"(?<![A-Za-z\\])(?P<what>S|Z|S_\{?[it]\}?|Z_\{?[it]\}?) (?:then |also )?(?:gains?|grows? by|gets?|receives?|is extended by|is enlarged by|acquires?) (?:one|an?|another|1|M|C|D)(?: (?:new|further|more|additional|extra))? (?:entry|entries|row|column|number|component|block)s?\b"
)
EACH_STEP = re.compile(
    r"\b(?:per|(?:for|with|at|in|after) (?:each|every)) (?:new |further |more )?(?:position|token|step|query|key)\b",
    re.I,
)


def growing_states(sentence: str, before: str) -> Iterator[Spanned]:
    """`Z_i gains one entry per position`: the sums are as large for every i.

    >>> [j.ruling.value for *_, j in growing_states("In causal attention Z_i gains one entry per position.", "")]
    ['refuted']
    """
    found = GROWS.search(sentence)
    if found is None or not EACH_STEP.search(sentence) or not CAUSAL.search(f"{before[-800:]} {sentence}"):
        return
    what = found.group("what")
    says = "S_i is a sum of matrices of one shape and Z_i one of vectors of one length: neither grows with i"
    yield (
        found.start(),
        found.end(),
        refuted(Kind.DIMENSION, says, Method.COUNT, {"what": what, "shape": "the same for every i"}),
    )


__all__ = ["growing_states", "row_counts"]
