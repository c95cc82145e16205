# ruff: noqa: E501 -- a pattern stays on one line
"""How many pairs of N tokens a causal mask leaves or removes, in letters or in numbers, in any order of words.

N(N + 1)/2 pairs have j ≤ i, N(N − 1)/2 have j > i; sums built anew at each position add N(N + 1)/2 outer products.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from grader.verify.claim import Judged, Kind, Method, Ruling, Spanned, refuted, verified
from grader.verify.costs.count_formulas import Counted, count_at, formulas_in, numbers_in
from grader.verify.numbers.reckoning import shown
from grader.verify.reading.plain_signs import Flat
from grader.verify.scope.growth import Cost, exactly, read_cost
from grader.verify.shapes.told_sizes import sizes_in

LEFT, REMOVED = read_cost("N^2/2 + N/2", {}), read_cost("N^2/2 - N/2", {})
MASK = re.compile(r"\bcausal|\bmask(?:ed|ing|s)?\b|\blower triang|j\s*≤\s*i\b|\btriangle\b|\bvisible\b", re.I)
LEAVES = re.compile(
    r"\b(?:leav(?:es?|ing)|left|ke(?:eps?|pt|eping)|remain(?:s|ing)?|allow(?:s|ed)?|retains?|surviv\w+|visible|stays?|lets?|through|needs?|computed|unmasked|permitted|seen|sees|count(?:s|ed)?|admits?|lower triangle)\b",
    re.I,
)
REMOVES = re.compile(
    r"\b(?:remov\w*|hid(?:es?|den)|struck|strikes|cuts?|drops?|dropped|zero(?:es|ed|s)?|forbid\w*|discard\w*|blank\w*|lost|eras\w+|block(?:s|ed)|mask(?:s|ed)? (?:out|away|off)|are masked|saves?|suppress\w*|kills?)\b",
    re.I,
)
ANEW = re.compile(r"\b(?:afresh|anew|from scratch|rebuil\w+|recomput\w+|fresh sums?|start\w* over)\b", re.I)
OUTER = re.compile(r"^\s*(?:(?:rank[- ]one|outer)[- ])(?:products?|updates?)\b", re.I)
THINGS = re.compile(
    r"^\s*(?:(?:visible|remaining|allowed|masked|unmasked|score|such|causal|ordered|different)\s+)*(?:pairs|entries|scores|weights|inner products|dot products|products|of them|combinations|elements|scalar products)\b|^\s*,?\s*(?:out )?of (?:the |all |these )*(?:N²|n²|T²|\d[\d,]*)",
    re.I,
)
THINGS_BEFORE = re.compile(r"\b(?:pairs|entries|scores|weights)\b[^.;]{0,60}$", re.I)
# a mask without the diagonal, or another thing than the whole matrix
OTHER = re.compile(
    r"strict|j\s*<\s*i\b|without (?:the )?(?:diagonal|itself|self)|exclud\w+|not (?:itself|its own)|per\b|each|every|token \d|\brow|query|first|last|window|band|instead|head|layer|batch|if\b|would|triplet|anchor|minus|half|diagonal (?:is|being) (?:hidden|masked|left out|removed)|earlier (?:than|tokens only)|does not see itself",
    re.I,
)
# "row i has i visible positions": what these words are of includes the diagonal, whichever row they name
ROWS_SEEN = re.compile(
    r"\b(?:row|position|token|query|line) (?P<i>[a-z])\b[^.;]{0,30}?\b(?:has|keeps|sees|contains|leaves|attends to|looks at) (?:only |just |exactly |the first )*(?P=i) (?:visible |allowed |unmasked |open |free |first )*(?:positions|keys|tokens|entries|columns|scores|of them)\b"
    r"|\b(?:position|token|query|row) [a-z] (?:sees|attends to|looks at|may (?:see|use|look at)|uses) (?:only |all |the |keys |tokens |positions )*[a-z]\s*≤\s*[a-z]\b|\b[NnT]\s?\(\s?[NnT]\s?\+\s?1\s?\)\s?/\s?2 (?:pairs|entries|scores) (?:survive|remain|are (?:left|visible|kept|allowed))",
)
BY_ROWS = re.compile(r"\b(?:per|each|every|rows?|query|first|last|token \d)\b", re.I)
SELF = re.compile(
    r"each (?:position|token|query) (?:sees|attends to) (?:also )?itself|(?:the )?diagonal included|including the diagonal|with the diagonal",
    re.I,
)
VALUE = re.compile(
    r"^\s*(?:(?:pairs|entries|scores|of them)\b)?\s*(?:e\.g\.|,|=|≈|,?\s*(?:here|so|i\.e\.|that is|which is|or))+\s*$"
)
NAMED_SIDE = re.compile(r"[,;]\s|\band\b|\bbut\b|\bwhile\b|\bwhereas\b|\bso\b|\balthough\b|\.\s")


@dataclass(frozen=True)
class _Side:
    count: Cost
    says: str


KEPT = _Side(LEFT, "N tokens have N(N + 1)/2 pairs with j ≤ i")
GONE = _Side(REMOVED, "of N² pairs N(N − 1)/2 have j > i")
BUILT = _Side(LEFT, "position i adds i outer products, N(N + 1)/2 in all")


def masked_pairs(
    flat: Flat, before: str, named: Mapping[str, str], known: Sequence[tuple[str, Fraction]] = ()
) -> Iterator[Spanned]:
    """(start, end, ruling) of each such count of a sentence, in flattened text; `known` are the sizes set before it.

    >>> from grader.verify.reading.plain_signs import flattened
    >>> [judged.ruling.value for *_, judged in masked_pairs(flattened("The mask removes N(N + 1)/2 entries."), "", {})]
    ['refuted']
    """
    text = flat.text
    anew = bool(ANEW.search(text))
    if not (MASK.search(text) or anew or (MASK.search(before[-250:]) and REMOVES.search(text))):
        return
    sizes = {**dict(known), **{size: value for _, size, value in sizes_in(text, named)}}
    formulas = [
        one for one in formulas_in(flat, named) if one.cost is not None and set(one.cost.variables) == {"N"}
    ]
    told = re.findall(r"\b(\d{1,3}(?:,\d{3})+|\d+) tokens\b", text)
    if len(set(told)) == 1 and not any(size == "N" for _, size, _ in sizes_in(text, named)):
        sizes["N"] = Fraction(told[0].replace(",", ""))
    last: _Side | None = None
    with_diagonal = False
    for one in sorted([*formulas, *(_plain(flat))], key=lambda one: one.start):
        if any(one.cost is None and a.start <= one.start and one.end <= a.end for a in formulas):
            continue
        side = _side(one, text, anew=anew)
        if (
            one.cost is None
            and last is not None
            and VALUE.match(text[_end_before(one, formulas) : one.start])
        ):
            side = last
        if side is None:
            continue
        last = side if one.cost is not None else last
        judged = _judged(
            one,
            side,
            text,
            "" if with_diagonal else f"{before[-150:]} {text}",
            _sizes_at(one, text, sizes, named),
        )
        if judged is not None:
            with_diagonal |= judged.ruling is Ruling.VERIFIED and side is KEPT
            counts = THINGS.match(text[one.end :])
            yield one.start, one.end + (len(counts.group()) if counts else 0), judged


def _sizes_at(
    one: Counted, text: str, sizes: Mapping[str, Fraction], named: Mapping[str, str]
) -> dict[str, Fraction]:
    """The sizes that hold at a place: the last that the sentence sets before it."""
    return {**sizes, **{size: value for at, size, value in sizes_in(text, named) if at < one.start}}


def _plain(flat: Flat) -> list[Counted]:
    return [
        one
        for one in numbers_in(flat)
        if not re.search(r"=\s?$", flat.text[: one.start])
        or re.search(r"/\s?2\s?=\s?$", flat.text[: one.start])
    ]


def _end_before(one: Counted, formulas: list[Counted]) -> int:
    return max((f.end for f in formulas if f.end <= one.start), default=one.start)


def _side(one: Counted, text: str, *, anew: bool) -> _Side | None:
    """What the words around a count say that it counts."""
    behind, before = text[one.end :], text[: one.start]
    if re.search(r"\b(?:of|from) (?:the |all |these )*$", before):
        return None
    if anew and OUTER.match(behind):
        return BUILT
    counts = THINGS.match(behind) or (one.cost is not None and THINGS_BEFORE.search(before))
    cut = NAMED_SIDE.split(before)[-1]
    after = NAMED_SIDE.split(behind)[0]
    removed = REMOVES.search(f"{cut} {after}")
    kept = LEAVES.search(f"{cut} {after}")
    if removed and not kept:
        return GONE
    if kept and not removed and (counts or one.cost is not None):
        return KEPT
    return KEPT if counts and one.cost is not None and SELF.search(text) else None


def _judged(one: Counted, side: _Side, text: str, about: str, sizes: Mapping[str, Fraction]) -> Judged | None:
    if about and ROWS_SEEN.search(text):
        about = BY_ROWS.sub(" ", ROWS_SEEN.sub(" ", text))
    elif ROWS_SEEN.search(about):
        about = BY_ROWS.sub(" ", ROWS_SEEN.sub(" ", about))
    odd = side is not BUILT and OTHER.search(SELF.sub(" ", about)) is not None
    if one.cost is not None:
        kind, fits = Kind.IDENTITY, exactly(one.cost, side.count)
        wrong = any(exactly(one.cost, other) for other in (LEFT, REMOVED)) or (
            side is BUILT and len(one.cost.terms) == 1
        )
        shown_at = {
            "N": 2,
            "pairs": int(count_at(side.count, {"N": Fraction(2)}) or 0),
            "stated": str(count_at(one.cost, {"N": Fraction(2)})),
        }
        says, witness = side.says, shown_at
    else:
        n = sizes.get("N")
        exact = count_at(side.count, {"N": n}) if n is not None else None
        if exact is None or n is None or one.number is None:
            return None
        kind, fits = Kind.ARITHMETIC, one.agrees(exact)
        wrong = n <= one.number < n * n and one.number != n
        says, witness = (
            f"{side.says}: {shown(exact)} for N = {shown(n)}",
            {"N": int(n), "pairs": int(exact), "stated": one.source},
        )
    if fits:
        return verified(kind, says, Method.COUNT)
    if (
        odd
        or not wrong
        or re.search(
            r"≈|\babout\b|\broughly\b|\bhalf\b|\border\b|\bat (?:least|most)\b", text[: one.start][-30:]
        )
    ):
        return None
    return refuted(kind, f"{says}, not {one.source}", Method.COUNT, witness)


__all__ = ["ANEW", "MASK", "masked_pairs"]
