# ruff: noqa: E501 -- a pattern stays on one line
"""VAL of embedding sizes or training sets compared without numbers: `256 do better than 128`, `512 came second`.

A size is compared with the one that the sentence names for it; "going up to 256" without one is compared with the
next smaller size, and "512 did better still" with FaceNet's own 128.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from fractions import Fraction

from grader.verify.claim import Judged, Kind, Method, Spanned, refuted, verified
from grader.verify.networks.known import val_by_dimension, val_by_images
from grader.verify.networks.papers import of_own_run

_D = r"(?:\$?d\s*=\s*)?(?P<{0}>64|128|256|512)\$?(?:[- ](?:D\b|dim\w*)|\s+dimensions)?(?:\s+(?:embeddings?|ones?|model|network))?"
_I = r"(?P<{0}>2\.6|26|52|260)\s?(?:M|million)(?:\s+(?:training\s+)?(?:images|faces|examples))?"
_MORE = r"(?P<more>better|higher|larger|superior|beats?|outperforms?)"
_LESS = r"(?P<less>worse|lower|smaller|inferior)"
_BETTER = rf"(?P<not>(?:does?|is|are|do)\s+(?:not|no)\s+|no\s+)?(?:(?:is|are|does|do|did|was|were|gives?|gave|has|have|performs?|performed|works?|worked|scores?|scored|reach(?:es)?)\s+)?(?:an?\s+|the\s+|slightly\s+|clearly\s+|a bit\s+|even\s+|much\s+)*(?:{_MORE}|{_LESS})(?:\s+(?:VAL|validation rates?|accuracy|rates?|results?))?"
_THAN = r"\s+(?:(?:than|to|that of|of|with|for|at|the)\s+)*"
_SUBJECT = r"(?:embeddings?\s+(?:of|with)\s+)?"
_RAISES = r"(?P<more>improves?|raises?|increases?|helps?|lifts?|gains?|adds?)"
_LOWERS = r"(?P<less>lowers?|hurts?|reduces?|worsens?|decreases?|costs?|loses?)"


def _patterns(size: str) -> tuple[re.Pattern[str], re.Pattern[str]]:
    first, second = size.format("a"), size.format("b")
    return (
        re.compile(rf"(?<![\d.]){_SUBJECT}{first}\s+{_BETTER}{_THAN}{second}(?![\d.]*\d)", re.I),
        re.compile(rf"\b(?:(?P<instead>using|taking|with|choosing)\s+{size.format('c')}\s+instead\s+of\s+{size.format('d')}|(?:from|going\s+from)\s+{first}\s+to\s+{second})\s+(?:[^.;:\d]{{0,25}}?\b)?(?P<not>does\s+not\s+|do\s+not\s+)?(?:{_RAISES}|{_LOWERS})\b(?![^.;:]{{0,30}}\d)", re.I),
    )  # fmt: skip


DIMENSIONS, IMAGES = _patterns(_D), _patterns(_I)
_NOT = r"(?P<not>does\s+not\s+|do\s+not\s+|did\s+not\s+|cannot\s+|no\s+longer\s+)?"
# "going up to 256 dimensions raises the VAL further"
UP_TO = re.compile(
    rf"\b(?:going|moving|stepping|increasing|raising|enlarging|extending|growing|widening)\s+(?:(?:on|up|further|the|it|embedding|embeddings|size|dimension|dimensionality|number|of|dimensions)\s+)*to\s+{_D.format('a')}\s+(?:further\s+)?{_NOT}(?:{_RAISES}|{_LOWERS})\b(?![^.;:]{{0,30}}\d\d\.)",
    re.I,
)
# "its 512-dimensional embedding did better still", "VAL falls off at 512"
ALONE = re.compile(
    rf"(?<![\d.]){_SUBJECT}{_D.format('a')}\s+(?P<not>(?:does?|did|is|are|was|were)\s+not\s+)?(?:(?:does?|did|is|are|was|were|performs?|performed|works?|worked|scores?|scored)\s+)?(?:even\s+|still\s+|clearly\s+|much\s+|slightly\s+|a\s+(?:bit|little)\s+)*(?:(?P<more>better)|(?P<less>worse))\b(?!\s+than)",
    re.I,
)
# "with 512 dimensions the validation rate is worse"
WITH = re.compile(
    rf"\b(?:with|at|for|using)\s+{_D.format('a')},?\s+(?:the\s+|its\s+)?(?:VAL|validation\s+rate|rate)\s+(?:(?:is|gets|becomes|was|goes)\s+)?(?P<not>not\s+)?(?:even\s+|still\s+|clearly\s+|much\s+|slightly\s+|again\s+)*(?:(?P<more>better|higher|larger|up|rises?|improves?|grows?)|(?P<less>worse|lower|smaller|down|falls?|drops?|declines?))\b(?!\s+(?:than|from|by|to)\b|[^.;:]{{0,20}}\d)",
    re.I,
)
_PLACE = r"(?P<place>second|third|fourth|last)"
# "512 came second", "64 has the lowest VAL", "the worst of the four is 512"
RANKED = (
    re.compile(rf"(?<![\d.]){_SUBJECT}{_D.format('a')}\s+(?:(?:came|comes|come|finished|ranks?|ranked|is|was|are|were|takes?|took)\s+)(?:in\s+)?(?:the\s+)?{_PLACE}(?:[- ](?:best|place))?(?!\w)", re.I),
    re.compile(rf"(?<![\d.]){_SUBJECT}{_D.format('a')}\s+(?:(?:is|was|are|were|has|had|have|gives?|gave|scored?|scores|reaches|reached|does|did)\s+)(?:the\s+)?(?P<end>best|highest|lowest|worst|smallest|least)(?:\s+(?:VAL|validation\s+rate|rate|of\s+(?:all|the\s+four)))?(?=\s*(?:$|[,.;:)]|and\b|of\b|with\b|among\b))", re.I),
    re.compile(rf"\b(?P<end>best|highest|lowest|worst)(?:\s+(?:VAL|validation\s+rate|rate|of\s+the\s+four(?:\s+sizes)?|size|dimension))*\s+(?:is|was|comes|belongs|has|goes)\s+(?:with|at|to|for|found\s+(?:at|with))?\s*{_D.format('a')}(?![\d.]*\d)", re.I),
)  # fmt: skip
SCOPE = re.compile(r"\bVAL\b|validation rate|facenet|schroff", re.I)
OTHER = re.compile(
    r"\b(?:if|would|could|might|fewer|cheaper|faster|memory|storage|FLOPs?|significan\w+|error|attention|resnet|sequence|images|million|layers?|probes?)\b|\?",
    re.I,
)


def val_comparisons(sentence: str, before: str) -> Iterator[Spanned]:
    """(start, end, ruling) of each comparison, by the papers' tables.

    >>> [j.ruling.value for *_, j in val_comparisons("In FaceNet 512 dimensions came second.", "")]
    ['refuted']
    """
    if not SCOPE.search(f"{before[-900:]} {sentence}") or of_own_run(sentence, before):
        return
    by_dimension = {Fraction(key): value for key, value in val_by_dimension().items()}
    for patterns, table, unit, source in (
        (DIMENSIONS, by_dimension, "dimensions", "FaceNet, Table 5"),
        (IMAGES, val_by_images(), "million images", "FaceNet, Table 6"),
    ):
        for pattern in patterns:
            for found in pattern.finditer(sentence):
                if OTHER.search(sentence.replace("images", "").replace("million", "")):
                    continue
                groups = found.groupdict()
                if pattern is patterns[0]:
                    one, other = groups["a"], groups["b"]
                else:
                    one, other = (
                        (groups["c"], groups["d"]) if groups["instead"] else (groups["b"], groups["a"])
                    )
                yield found.start(), found.end(), _judged(groups, one, other, table, unit, source)
    if (
        OTHER.search(sentence)
        or re.search(r"\b(?:[Oo]ur|[Mm]y|[Ww]e|I)\b", sentence)
        or not re.search(r"\bVAL\b|validation rate|embedding|dimension", f"{before[-400:]} {sentence}", re.I)
    ):
        return
    for pattern in (UP_TO, ALONE, WITH):
        for found in pattern.finditer(sentence):
            size = int(found["a"])
            named = [
                int(one)
                for one in re.findall(r"(?<![\d.])(?:64|128|256|512)(?![\d.])", sentence[: found.start()])
            ]
            smaller = max((one for one in (64, 128, 256) if one < size), default=None)
            other_size = named[-1] if named else smaller if pattern is UP_TO else 128
            if other_size is not None and other_size != size:
                yield (
                    *found.span(),
                    _judged(
                        found.groupdict(),
                        str(size),
                        str(other_size),
                        by_dimension,
                        "dimensions",
                        "FaceNet, Table 5",
                    ),
                )
    yield from _ranks(sentence, by_dimension)


def _ranks(sentence: str, table: Mapping[Fraction, Fraction]) -> Iterator[Spanned]:
    """`512 came second`: by the order of the four sizes."""
    order = sorted(table, key=lambda size: -table[size])
    for pattern in RANKED:
        for found in pattern.finditer(sentence):
            groups = found.groupdict()
            if re.search(r"\bof (?:the )?(?:two|three|both)\b|\bsmall(?:er)? (?:one|size)s", sentence, re.I):
                continue
            word = (groups.get("place") or groups["end"] or "").lower()
            place = {"second": 1, "third": 2, "best": 0, "highest": 0}.get(word, 3)
            says = (
                "VAL is "
                + ", ".join(f"{float(table[size]):g} with {int(size)}" for size in order)
                + " dimensions (FaceNet, Table 5)"
            )
            if order[place] == Fraction(found["a"]):
                yield *found.span(), verified(Kind.FACT, says, Method.TABLE)
            else:
                witness = {
                    "table": "FaceNet, Table 5",
                    "order": ", ".join(f"{int(size)}" for size in order),
                    "stated": found.group(),
                }
                yield *found.span(), refuted(Kind.FACT, says, Method.TABLE, witness)


def _judged(
    groups: Mapping[str, str | None], one: str, other: str, table: Mapping[Fraction, Fraction], unit: str, source: str
) -> Judged:  # fmt: skip
    first, second = table[Fraction(one)], table[Fraction(other)]
    more = groups["more"] is not None
    holds = (first > second if more else first < second) != bool(groups["not"])
    says = f"VAL is {float(first):g} with {one} and {float(second):g} with {other} {unit} ({source})"
    if holds:
        return verified(Kind.FACT, says, Method.TABLE)
    return refuted(
        Kind.FACT,
        says,
        Method.TABLE,
        {"table": source, one: f"{float(first):g}", other: f"{float(second):g}"},
    )


__all__ = ["val_comparisons"]
