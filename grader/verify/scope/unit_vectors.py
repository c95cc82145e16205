# ruff: noqa: E501 -- a pattern stays on one line
"""Vectors that the text says are of length one: `unit vectors u and v`, `‖u‖ = ‖v‖ = 1`, `for unit vectors`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from grader.verify.reading.document import Text

EVERY = "*"
ON_SPHERE = "for unit vectors"
REACH = 8  # lines for which "for unit vectors", said of no vector by name, is taken to hold
NAME = r"(?:\\(?:boldsymbol|mathbf|bm|vec)\s*\{?\s*)?(?P<{0}>[a-zA-Z])\}?(?:_\{?\w+\}?|[₀-₉ᵢⱼ])?"
ONE_NAME = re.compile(NAME.replace("{0}", "name") + r"(?![\w(])")
LENGTH_ONE = (
    r"(?:\bunit[- ](?:norm|length|vectors?)\b|\b(?:norm|length)s?(?: of)? (?:one|1|\$1\$)(?!\.?\d)"
    r"|\b(?:L2[- ]|ℓ2[- ]|\$\\ell_2\$[- ])?normali[sz]ed\b(?!\s+(?:attention|weights?|scores?|outputs?|softmax|sums?|quotient|similarit|mean))|\bunit (?:hyper)?sphere\b)"
)
LIST = r"\$?(?P<names>[^.;:=|‖]{1,40}?)\$?"
# "u and v are unit vectors", "let u, v have unit norm"
SUBJECT_FIRST = re.compile(
    rf"(?:^|[\s(]){LIST}\s*(?:,\s*)?(?:\b(?:are|is|be|being|have|has|having|of|with|lie|lies|on)\b\s*(?:(?:both|all|the|two|a|on|each)\s+)*){LENGTH_ONE}",
    re.IGNORECASE,
)
# "for unit vectors u and v", "two unit vectors $u$, $v$"
SUBJECT_LAST = re.compile(
    r"\bunit(?:[- ](?:norm|length))?[- ](?:vectors|vector|embeddings)\s+\$?(?P<names>(?:\\?[\w{}]{1,14}|[,\s$]|\band\b){1,12}?)(?=[.;:)\n]|\s(?:we|the|it|this|holds|one|is|are|with|in|have|has|satisfy)\b|,\s*(?:\$?\\|we|the|so|it)|\$?\s*$)",
    re.IGNORECASE,
)
NORM_IS_ONE = re.compile(
    r"(?:\\\||‖|\\[lr]?Vert|\\norm\{|\\nrm\{|\|\|)\s*" + NAME.replace("{0}", "first") + r"\s*(?:\\\||‖|\\[lr]?Vert|\}|\|\|)(?:_\{?2\}?|\^\{?2\}?|²|₂)*"
    r"\s*=\s*(?P<rest>[^.;,\n$]{0,60}?)(?<![\d.])1(?!\.?\d)"
)  # fmt: skip
NORM_OF = re.compile(r"(?:\\\||‖|\\lVert|\\norm\{|\\nrm\{|\|\|)\s*" + NAME.replace("{0}", "name"))
# "for unit vectors", "all embeddings have norm one"
BARE = re.compile(
    rf"\b(?:for|with|of|between|on|to|onto|both|two|if|embeddings?|(?:all|every|each|the) vectors?)\b[^.;:]{{0,30}}{LENGTH_ONE}",
    re.IGNORECASE,
)
# "Write $a$ for the anchor, $b$ for the positive, $c$ for the negative, all of unit norm"
OF_ALL = re.compile(rf"\b(?:all|both|each|every one)\b[^.;:]{{0,20}}{LENGTH_ONE}", re.IGNORECASE)
LONE = re.compile(r"\$(?P<name>[a-z])\$")
DENIED = re.compile(r"\b(?:not|no|never|without|neither|nor|un-?normali[sz]ed)\b|n't\b", re.IGNORECASE)
WORDS = frozenset({"a", "I"})


@dataclass(frozen=True)
class UnitLength:
    """From this line on, in this section, these vectors have length one; `EVERY` for all, within `REACH` lines."""

    line: int
    section: int
    names: frozenset[str]


def unit_lengths(text: Text) -> tuple[UnitLength, ...]:
    """What a document says of vectors of length one, in order."""
    lines = text.source.splitlines()
    sections = sorted((block.line, block.section) for block in text.blocks)
    found: list[UnitLength] = []
    for number, line in enumerate(lines, 1):
        names = names_of_length_one(line)
        if names:
            section = max((s for first, s in sections if first <= number), default=0)
            found.append(UnitLength(number, section, names))
    return tuple(found)


def names_of_length_one(line: str) -> frozenset[str]:
    r"""The vectors that a line says have length one; `EVERY` where it names none.

    >>> sorted(names_of_length_one("Let $u$ and $v$ be unit vectors."))
    ['u', 'v']
    >>> sorted(names_of_length_one(r"with $\|a\| = \|b\| = 1$")), names_of_length_one("u is not a unit vector")
    (['a', 'b'], frozenset())
    """
    names: set[str] = set()
    for found in NORM_IS_ONE.finditer(line):
        if not DENIED.search(line[max(0, found.start() - 30) : found.start()]):
            names.add(found.group("first"))
            names.update(other.group("name") for other in NORM_OF.finditer(found.group("rest")))
    for pattern in (SUBJECT_FIRST, SUBJECT_LAST):
        for found in pattern.finditer(line):
            if not DENIED.search(found.group()):
                names.update(_listed(found.group("names")))
    of_all = OF_ALL.search(line)
    if not names and of_all and not DENIED.search(of_all.group()):
        names.update(found.group("name") for found in LONE.finditer(line[: of_all.start()]))
    bare = BARE.search(line)
    if not names and bare and not DENIED.search(bare.group()):
        names.add(EVERY)
    return frozenset(names)


def _listed(text: str) -> set[str]:
    """The letters of `u`, `u, v`, `$x$ and $y$`, at the end of a text; none where it is more than a list."""
    tail = re.split(
        r"\b(?:let|suppose|assume|that|when|if|for|where|since|with|both|vectors?|embeddings?)\b",
        text,
        flags=re.I,
    )[-1]
    parts = [part for part in re.split(r",|\band\b|\$|\s+", tail) if part.strip()]
    matches = [ONE_NAME.fullmatch(part.strip()) for part in parts]
    if not parts or len(parts) > 4 or not all(matches):
        return set()
    found = {match.group("name") for match in matches if match}
    return found if "$" in text or len(found) > 1 else found - WORDS


def units_at(lengths: Sequence[UnitLength], line: int, section: int) -> frozenset[str]:
    """Which vectors have length one on a line."""
    names: set[str] = set()
    for said in lengths:
        if said.section == section and said.line <= line:
            names |= said.names - {EVERY}
            if line - said.line <= REACH:
                names |= said.names
    return frozenset(names)
