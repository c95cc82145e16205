# ruff: noqa: E501 -- a pattern stays on one line
"""How long a feature map is, for a size that is given or in its letter: "528 for D = 32", "R = 128 gives 256 entries".

The map is the one that the text speaks of last: its formula for the length where it gives one, else the products of
degree at most two, or the sines and cosines of R directions.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from grader.verify.claim import Judged, Kind, Method, Ruling, Spanned, refuted, verified
from grader.verify.costs.amounts import OTHER_LENGTHS, POLYNOMIAL_LENGTH
from grader.verify.costs.count_formulas import cost_read, count_at
from grader.verify.costs.steps import cost_from
from grader.verify.costs.surroundings import Surroundings
from grader.verify.numbers.reckoning import shown
from grader.verify.reading.numerals import in_digits
from grader.verify.reading.plain_signs import Flat
from grader.verify.scope.growth import Cost, exactly

NOUN = r"(?:(?:different |distinct |such |polynomial |random |real )?(?:features?|entries|monomials|components|dimensions|coordinates|columns|products)|of them)\b"
LETTER = r"(?<![A-Za-z\\_])(?P<{0}>[DdRrmp](?:_[krRq])?)\s?=\s?(?P<{1}>\d{{1,5}})(?![\d.,]*\d|\s?[·*/+^²=])"
K = r"(?P<{0}>\d{{1,3}}(?:,\d{{3}})+|\d+)(?![\d.,]*\d|\s?[·*/+^²=×%]|\s?−\s?\d|[A-Za-z])"
_FILL = r"(?:\s*,)?\s*(?:(?:this|that|it|these|they|there|then|we|one|you|the map|the vector|φ\(x\)|a φ\(x\) with|C|already|only|just|exactly|about|is|are|be|gives?|has|have|needs?|makes?|means|get|yields?|takes?|of|to|leads|comes|equals?|length|dimension|with|:|=|→|,)\s*)+"
AHEAD = re.compile(LETTER.format("l1", "n1") + _FILL + K.format("k1"))
BEHIND = re.compile(
    K.format("k2") + rf"(?:\s+{NOUN})?\s+(?:for|at|with|when|if|in the case)\s+" + LETTER.format("l2", "n2")
)
PHASE = re.compile(r"cos\s?\([^()]*\+\s?b")
STACKED = re.compile(
    r"\[\s?sin\s?\(?.{0,60}?cos|sin\s?\([^()]*\).{0,20}cos|\bsines? and (?:a |one |its |the )?cosines?\b|[sS]in.{0,25}[cC]os",
    re.S,
)
SQUARED = re.compile(
    r"\+\s?1\s?\)\s?²|\bpolynomial|\bmonomials?\b|\bdegree[- ]?(?:2|two)\b|\bquadratic (?:kernel|map|features)",
    re.I,
)
NOT_PLUS = re.compile(
    r"\(\s?(?:q|x|⟨)[^()+]{1,20}\)\s?²(?!\s?\+)|\bhomogeneous\b|\bleft out\b|\bwithout the\b", re.I
)
KEPT = re.compile(
    r"\b(?:all|both|everything|are|is|being) kept\b|\bkeep(?:ing)?\b|\b(?<!without )(?:repeats?|repeated|duplicates?)\b|\bseparately\b|\bunmerged\b|\bna[iï]ve\b|\bordered (?:pairs?|products?)\b|\bevery ordered\b|\bnot (?:be(?:ing)? )?merged\b|\bwithout merging\b|⊗|\btensor (?:square|product)\b|\bKronecker\b|\bouter product\b|\bvec\(",
    re.I,
)
MERGED = re.compile(
    r"\bmerg\w*|\bdistinct\b|\bdifferent\b|\bwithout (?:any |the )?(?:repe\w+|duplicat\w+)|\bcombin\w*|\beach (?:product|monomial) (?:only )?once\b",
    re.I,
)
TENSOR = re.compile(r"⊗|\btensor (?:square|product)\b|\bKronecker\b|\(1,\s?x\)", re.I)
# "fewer than those of the tensor square": what stands there is another map's
OF_OTHER = re.compile(
    r"\b(?:than|instead of|rather than|against|versus|vs|compared (?:with|to)|unlike|where|not)\b", re.I
)
FORMULA = re.compile(
    r"(?<![\w^])(?:(?:\(\s?[Dd]\s?\+\s?[12]\s?\)\s?){1,2}(?:²|/\s?2)?|1/2\s?\(\s?[Dd]\s?\+\s?1\s?\)\s?\(\s?[Dd]\s?\+\s?2\s?\)|[Dd]²\s?\+\s?(?:2\s?)?[Dd]\s?\+\s?1|\\?binom\s?\(?\s?[Dd]\s?\+\s?2\s?,?\s?2\s?\)?|[Dd]\s?\(\s?[Dd]\s?\+\s?1\s?\)\s?/\s?2)"
)
IN_LETTERS = re.compile(
    rf"\b(?:has|have|of length|length|with|contains?|gives?|dimension|∈ ℝ\^|is of length|made of|comprises?)\s+(?:only |just |exactly |then |is |of )*(?P<length>(?:\d\s?[·*]?\s?)?(?P<letter>[A-Za-z](?:_\{{?\w+\}}?)?))(?=\s+{NOUN}|\s*[.,;:)]|\s*$)(?P<noun>\s+{NOUN})?"
)
MAP_NAMED = re.compile(
    r"\b(?:which|it|this|that|the|each|every|a|whose)\s+(?:\w+ )?(?:vector|map|features?)\b|\bφ(?:\(\w(?:_\w)?\))?|\bfeature (?:vector|map)|^\W*which\b|\bwhich\s*$",
    re.I,
)
REACH = 700
OF_TOKENS = re.compile(r"(?<![A-Za-z\\_])[NnT]\s?=\s?\d|\btokens\b|\bmultiplications\b")
_PART = r"(?:quadratic|linear|mixed|(?<!tensor )squares?|cross|constants?|pure|of degree|new|products of)\b"
OF_A_PART = re.compile(rf"\s*(?:,\s*)?(?:are|is|of them are|of these are)?\s*(?:the |all )?{_PART}", re.I)
OF_A_PART_BEFORE = re.compile(rf"\b(?:of these|of them|{_PART})[^.;]{{0,20}}$", re.I)


@dataclass(frozen=True)
class _Map:
    """The lengths that a map may have, in its size, and whether only one of them is meant."""

    lengths: tuple[Cost, ...]
    says: str
    sure: bool
    worded: bool = False  # whether the words beside the length name the map


KEPT_OR_MERGED = re.compile(
    r"\bkept\b|\bkeep(?:ing)?\b|\bmerg\w+|\brepeat\w*|\bordered\b|\bduplicat\w*", re.I
)


# what says that a number is the length of a vector
OF_LENGTH = re.compile(
    r"\b(?:features?|lengths?|long|entries|coordinates|components|dimensions?|dimensional|wide|width|numbers|vectors?)\b",
    re.I,
)


def feature_lengths(flat: Flat, around: Surroundings) -> Iterator[Spanned]:
    """(start, end, ruling) of each length of a feature map that a sentence states, in flattened text."""
    text, places = in_digits(flat.text, range(len(flat.text) + 1))
    if KEPT_OR_MERGED.search(text):
        return  # products that are kept apart are counted by `feature_counts`
    behind = list(BEHIND.finditer(text))
    # "6 for D = 2, 45 for D = 8": neither the D before 45 nor 45 itself goes with the other
    own = [found.span() for found in behind]
    ahead = [
        found
        for found in AHEAD.finditer(text)
        if not any(start <= found.start("l1") < end or start <= found.start("k1") < end for start, end in own)
    ]
    for matches, one in ((ahead, "1"), (behind, "2")):
        for found in matches:
            if OF_A_PART.match(text, found.end()) or OF_A_PART_BEFORE.search(text[: found.start()]):
                continue
            stated, letter, value = (found.group(f"{name}{one}") for name in "kln")
            size = around.named.get(letter) or {"d": "D", "r": "R", "m": "R"}.get(letter, letter)
            if letter == "p" and size == "p":
                continue
            map_ = _map_of(size, text, found.start(), around)
            judged = None if map_ is None else _valued(map_, size, Fraction(value), stated)
            if (
                judged is not None
                and judged.ruling is Ruling.REFUTED
                and (OF_TOKENS.search(text) or (size == "R" and not OF_LENGTH.search(_clause(text, found))))
            ):
                judged = None  # what is set for a sequence, or is no length in words, may count anything
            if judged is not None:
                yield places[found.start(f"k{one}")], places[found.end(f"k{one}")], judged
    for found in IN_LETTERS.finditer(text):
        judged = _lettered(found, text, around)
        if judged is not None:
            yield places[found.start("length")], places[found.end()], judged


def _clause(text: str, found: re.Match[str]) -> str:
    """The words around a number up to the next stop."""
    before = re.split(r"[.:;]\s", text[: found.start()])[-1]
    return before + re.split(r"[.:;]\s", text[found.start() :])[0]


def _map_of(size: str, text: str, at: int, around: Surroundings) -> _Map | None:
    """The map that a length is of: by its size, and by what the text says of it before."""
    piece = (
        re.split(r";\s|,\s(?:the|with|and|but)\b|\.\s", text[:at])[-1]
        + re.split(r"[;.]|,\s(?:and|while|whereas|but)\b", text[at:])[0]
    )
    before = f"{around.before[-REACH:]} {text[:at]}"
    if size == "R":
        return _waves(f"{before} {text[at:]}", around)
    if size != "D" or not (SQUARED.search(f"{around.title} {before}") or FORMULA.search(before[-300:])):
        return None
    if NOT_PLUS.search(piece):
        return None
    merged, tensor = cost_from(POLYNOMIAL_LENGTH), cost_from(OTHER_LENGTHS[1])
    kept = [cost_from(one) for one in OTHER_LENGTHS]
    if TENSOR.search(OF_OTHER.split(piece)[0]):
        return _Map((tensor,), "(D + 1)² products of the entries of (1, x)", sure=True, worded=True)
    if KEPT.search(piece) and not MERGED.search(piece):
        return _Map(tuple(kept), "D² + D + 1 or (D + 1)² with equal products kept apart", sure=False)
    last = [*FORMULA.finditer(before)]
    behind = before[last[-1].end() :] if last else ""
    if KEPT.search(behind) and not MERGED.search(behind):
        return _Map(tuple(kept), "D² + D + 1 or (D + 1)² with equal products kept apart", sure=False)
    told = _told(before[-300:]) or _told(before)
    if told:
        return _Map(
            tuple(told),
            f"the formula before it is {told[0]}",
            sure=len(told) == 1 and exactly(told[0], merged),
        )
    if MERGED.search(piece) or MERGED.search(text[:at]):
        return _Map((merged,), "(D + 1)(D + 2)/2 products of degree at most 2", sure=True)
    return _Map(
        (merged, *kept),
        "(D + 1)(D + 2)/2 products of degree at most 2, more with equal ones kept apart",
        sure=False,
    )


def _told(before: str) -> list[Cost]:
    """The formulas in D that a text gives for a length, as far as they are right, the last first."""
    right = [cost_from(one) for one in (POLYNOMIAL_LENGTH, *OTHER_LENGTHS)]
    out: list[Cost] = []
    for found in reversed(list(FORMULA.finditer(before))):
        plain = re.sub(r"\\?binom\s?\(?\s?([Dd])\s?\+\s?2\s?,?\s?2\s?\)?", r"(\1+1)(\1+2)/2", found.group())
        plain = re.sub(r"^1/2\s?(\(.*\))$", r"\1/2", plain).replace("d", "D")
        cost = cost_read(re.sub(r"\)\s?\(", ")·(", plain), {"D": "D"})
        out += [one for one in right if cost is not None and exactly(one, cost) and one not in out]
    return out


def _waves(about: str, around: Surroundings) -> _Map | None:
    """The map of random features that a text gives last: two for each direction, or one with a phase."""
    phases, stacks = (list(pattern.finditer(about)) for pattern in (PHASE, STACKED))
    last_phase = phases[-1].start() if phases else -1
    last_stack = max((one.start() for one in stacks if not PHASE.search(one.group())), default=-1)
    counts_all = "L" in around.named.values() and "R" not in around.named.values()
    if counts_all:
        return None
    if last_phase > last_stack:
        return _Map((cost_from("R"),), "one cosine for each of R directions", sure=True)
    if last_stack >= 0 or around.stacked:
        return _Map((cost_from("2 R"),), "a sine and a cosine for each of R directions", sure=last_phase < 0)
    return None


def _valued(map_: _Map, size: str, value: Fraction, stated: str) -> Judged | None:
    number = Fraction(stated.replace(",", ""))
    exact = [count_at(one, {size: value}) for one in map_.lengths]
    known = [one for one in exact if one is not None]
    if not known:
        return None
    says = f"{map_.says}; with {size} = {shown(value)} that is {shown(known[0])}"
    if number in known:
        return verified(Kind.DIMENSION, says, Method.COUNT)
    if not map_.sure or (number == value * value and not map_.worded) or number < known[0] / 4:
        return None
    return refuted(
        Kind.DIMENSION, f"{says}, not {stated}", Method.COUNT, {size: int(value), "features": int(known[0]), "stated": stated}
    )  # fmt: skip


def _lettered(found: re.Match[str], text: str, around: Surroundings) -> Judged | None:
    """`Version A, √(1/R)[sin(Wx), cos(Wx)], has R features`."""
    letter = found.group("letter")
    size = around.named.get(letter) or {"R": "R", "r": "R", "L": "L", "C": "L", "m": "R"}.get(letter)
    before = text[: found.start()]
    own = re.split(r"[;.]\s", before)[-1]
    if size != "R" or not (found.group("noun") or re.search(r"\blength\b|\bdimension\b|ℝ", found.group())):
        return None
    about = f"{around.before[-400:]} {text[: found.start()]}" if MAP_NAMED.search(own[-60:]) else own
    if not (PHASE.search(about) or STACKED.search(about)) or not MAP_NAMED.search(own):
        return None
    near = own if (PHASE.search(own) or STACKED.search(own)) else about
    map_ = _waves(near, around)
    cost = cost_read(
        re.sub(r"[·*]", "", found.group("length")), around.named if letter in around.named else {letter: size}
    )
    if map_ is None or cost is None:
        return None
    if any(exactly(cost, one) for one in map_.lengths):
        return verified(Kind.DIMENSION, map_.says, Method.COUNT)
    if not map_.sure and near is about:
        return None
    return refuted(
        Kind.DIMENSION,
        f"{map_.says}: {map_.lengths[0]}, not {cost}",
        Method.COUNT,
        {"features": str(map_.lengths[0]), "stated": str(cost)},
    )


__all__ = ["feature_lengths"]
