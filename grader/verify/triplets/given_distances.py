# ruff: noqa: E501 -- a pattern stays on one line
"""Distances that a sentence gives: of points without entries, and of another triplet than that of the points before it.

`d(a, p) = 0.3` may follow from the points that the text has given, or set the distance of a new triplet. It is held
against the points only where it cannot be a new setting.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

from grader.verify.triplets.chains import Side
from grader.verify.triplets.embeddings import Anchor, Family, root_of
from grader.verify.triplets.example import Example, View, role_of
from grader.verify.triplets.givens import VECTOR
from grader.verify.triplets.phrases import NUMBER, numbers_at
from grader.verify.triplets.terms import DISTANCE, key

_POINT = r"[\w()^+']{1,9}?"
NORM = re.compile(rf"‖\s?(?P<x>{_POINT})\s?-\s?(?P<y>{_POINT})\s?‖(?:_2)?\s?\^\s?2")
COSINE = re.compile(
    rf"(?:cos|sim|s)\(\s?(?P<x>{_POINT})\s?,\s?(?P<y>{_POINT})\s?\)|⟨\s?(?P<x2>{_POINT})\s?,\s?(?P<y2>{_POINT})\s?⟩|(?P<x3>[\w()]{{1,6}}?)\s?(?:\^\s?T\s?·?|·)\s?(?P<y3>[\w()]{{1,6}})"
)
# words that set what follows, and words that change what has been set
SETS = re.compile(
    r"(?:^|[.;:,(—–]\s?|\b(?:and|or|so|but|now|then)\s)\s*(?:now |then )?(?:let|suppose|takes?|with|for(?! (?:example|instance|this|these|those|our|the)\b)|given|say|assum\w+|if|when|whenever|consider|imagine|set|setting|put|at|had|were|where)\b(?P<between>[^.;:]*)$"
    r"|\b(?:mov(?:e|es|ed|ing)|shift\w*|pull(?:s|ed|ing)?|push(?:es|ed|ing)?|brings?|brought|replac\w+|chang\w+|swap\w*|instead|another|new|second|third|different|other|next)\b(?P<behind>[^;]*)$",
    re.I,
)
FOLLOWS = re.compile(
    r"\b(?:so|then|hence|thus|therefore|gives?|gets?|find|follows?|makes?|yields?|means?|we (?:have|get|find)|which)\b|[⇒→]|,\s+(?:the|it|this|our|its)\b",
    re.I,
)
DISTANCE_SET = re.compile(
    rf"(?P<of>{DISTANCE.pattern.replace('(?P<', '(?P<d_')})\s*=\s*(?P<value>{NUMBER})(?!\s?[·*×/^+-]|\.?\d)"
)


def pair_of(text: str) -> tuple[str, str] | None:
    """The two points of `d(a, p)`, `‖a - p‖^2`, `d_ap`, `cos(a, p)`, `a^T p`.

    >>> pair_of("d(a, n_1)")
    ('a', 'n1')
    """
    found = DISTANCE.fullmatch(text) or NORM.fullmatch(text) or COSINE.fullmatch(text)
    if found is None:
        return None
    groups = found.groupdict()
    for one, other in (("x", "y"), ("x2", "y2"), ("x3", "y3")):
        if groups.get(one):
            return key(groups[one]), key(groups[other])
    pair = groups.get("pair")
    return ("a", pair[-1]) if pair in {"ap", "an", "a,p", "a,n"} else None


def set_anew(sides: Sequence[Side], example: Example, text: str, block: int) -> tuple[tuple[str, str], Fraction] | None:  # fmt: skip
    """The pair of points and the distance that a chain sets although other points or numbers stood for it before."""
    told = sides[0].text.strip()
    pair = pair_of(told)
    last = sides[-1].term
    if pair is None or last is None or not isinstance(last.value, Fraction) or last.percent:
        return None
    if any(one.term is None or not one.term.printed for one in sides[1:]):
        return None
    cosine = COSINE.fullmatch(told) is not None
    known = example.distance(*pair)
    far = 2 - 2 * last.value if cosine else last.value
    if known is None or _agrees(far, last.last * (2 if cosine else 1), known):
        return None
    if not _follows(pair, example):
        return pair, far
    if (
        _sets(text[: sides[0].start])
        or ((example.apart or example.stale(block)) and all(role_of(key(name)) for name in pair))
        or (block != example.since and _all_differ(text, example))
    ):
        return pair, far
    return None


def _sets(before: str) -> bool:
    """Whether a distance is set by the words before it: `If the margin is 1 and`, `Now we move it closer:`."""
    found = SETS.search(before)
    if found is None:
        return False
    between = found.group("between") or found.group("behind") or ""
    return FOLLOWS.search(between) is None and VECTOR.search(between) is None


def with_anew(example: Example, pair: tuple[str, str], far: Fraction, text: str, block: int) -> Example:
    """The example once a sentence has set the distance of a pair anew; that of the positive begins another triplet."""
    which = role_of(pair[1])
    if not _has_entries(pair, example):
        if which == "p":
            first = example.resolved(pair[0])
            told = {two: one for two, one in example.batch.told.items() if first not in two}
            example = replace(example, batch=replace(example.batch, told=told), view=View())
        return replace(example.with_told(*pair, far), used=block)
    view = View(p=far) if which == "p" else View(p=example.view.p, n=far) if which == "n" else View()
    used = example.used if SUPPOSES.search(text) else NEVER
    return replace(example, view=replace(view, passing=True), used=used)


SUPPOSES = re.compile(r"\b(?:if|had|were|would|could|might|instead|suppose|imagine)\b", re.I)
NEVER = -99


def _agrees(stated: Fraction, last: Fraction, known: Fraction) -> bool:
    half = last / 2 if last < 1 else Fraction(0)
    return abs(stated - known) <= half + Fraction(1, 10**9)


def _has_entries(pair: tuple[str, str], example: Example) -> bool:
    return all(example.vector(name) is not None for name in pair)


def _follows(pair: tuple[str, str], example: Example) -> bool:
    """Whether a distance follows from what has been given: the points' entries, or their cosine."""
    return _has_entries(pair, example) or frozenset(map(example.resolved, pair)) in example.by_cosine


def _all_differ(text: str, example: Example) -> bool:
    """Whether a sentence gives distances that are none of the points', or one of them twice: it speaks of other points."""
    given: dict[tuple[str, str], set[Fraction]] = {}
    differ = True
    for found in DISTANCE_SET.finditer(text):
        pair = pair_of(found.group("of"))
        known = example.distance(*pair) if pair is not None else None
        if pair is None or known is None:
            continue
        value = Fraction(found.group("value"))
        last = Fraction(1, 10 ** len(found.group("value").partition(".")[2]))
        root = example.squared is not True and _agrees(value, last, root_of(known))
        differ = differ and not (root or _agrees(value, last, known))
        given.setdefault(pair, set()).add(value)
    return any(len(values) > 1 for values in given.values()) or (differ and len(given) > 1)


def told_by(sides: Sequence[Side], example: Example) -> Example:
    """The example with the distances that a chain gives of points whose entries it has not, by themselves or by a cosine."""
    last = sides[-1].term
    if last is None or not isinstance(last.value, Fraction) or last.percent:
        return example
    for side in sides:
        text = side.text.strip()
        pair = pair_of(text) if side.term is None else None
        if pair is None or _has_entries(pair, example):
            continue
        cosine = COSINE.fullmatch(text) is not None
        if cosine and (not example.sphere or abs(last.value) > 1):
            continue
        example = example.with_told(*pair, 2 - 2 * last.value if cosine else last.value)
        if cosine:
            example = replace(example, by_cosine=example.by_cosine | {frozenset(map(example.resolved, pair))})
    return example


# -- lists of distances ---------------------------------------------------------------------------------------------

_N = rf"(?:{NUMBER})(?![\d°%]|\.\d|\s?[·*/×^])"
_SEPARATOR = r"(?:\s?[,;]\s?(?:and\s+)?|\s+and\s+)"
_LIST = rf"{_N}(?:{_SEPARATOR}{_N})+"
_GAP = r"(?:\s|,|:|=|\b(?:are|is|at|with|have|has|a|the|their|its|whose|squared|distances?|of|from|to|anchor|lie|lies|sit|sits|in|order|to the anchor|candidate|respectively|namely|being|values?)\b)*?"
POSITIVES = r"positives?|mates?|same-person (?:images|photos)"
NEGATIVES = r"negatives?|strangers?|impostors?"
GIVEN_LIST = re.compile(
    rf"\b(?:(?P<p>{POSITIVES})|(?P<n>{NEGATIVES}))\b(?! (?:pairs?|are (?:easy|hard|semi)))(?! \w+ is){_GAP}(?P<list>{_LIST})(?!\s*(?:are|is|have|has|gives?)\b)"
    rf"|(?P<list2>{_N}(?:{_SEPARATOR}{_N})*)\s?(?:\(\s?(?:its |the )?|to (?:the |its )?)(?:(?P<p2>{POSITIVES})|(?P<n2>{NEGATIVES}))\b"
    rf"|(?<![\w^])(?:[dDδ]\(\s?a\s?,\s?n(?:_\w)?\s?\)|[dDδ]_\(?an?\)?)\s*(?:=|∈|:|are|is)?\s*[{{(\[]?\s*(?P<list3>{_LIST})",
    re.I,
)
ONE_POSITIVE = re.compile(rf"\b(?<!hardest )(?<!farthest )(?:positive|mate)\b{_GAP}(?P<value>{_N})", re.I)


def lists_given(text: str, example: Example) -> Example:
    """The example with the distances of one anchor that a sentence lists: `positive at 0.5, negatives at 0.4, 0.55 and 0.9`."""
    positives: list[Fraction] = []
    negatives: list[Fraction] = []
    for found in GIVEN_LIST.finditer(text):
        if re.search(r"\b(?:loss(?:es)?|mean|average|hardest|nearest|closest|farthest|furthest|most similar|semi-?\s?hard|easy|hard)\b[^.;]{0,12}$", text[: found.start()], re.I):  # fmt: skip
            continue
        groups = found.groupdict()
        name = next(name for name in ("list", "list2", "list3") if groups[name])
        values = [value for value, *_ in numbers_at(text, found.start(name))]
        (positives if groups["p"] or groups["p2"] else negatives).extend(values)
    known = example.batch.family
    if known is not None and {*positives, *negatives} <= {
        far for one in known.triplets for far in (one.p, one.n)
    }:
        return example  # "anchor 3: positive 4, negatives 9 and 4" of points that have been given
    if len(negatives) < 2:
        return _pairs_given(text, example)
    if not positives:
        one = ONE_POSITIVE.search(text)
        near = example.view.p
        positives = [Fraction(one.group("value"))] if one is not None else [near] if near is not None else []
    if not positives:
        return example
    anchor = Anchor(
        "",
        tuple((f"p{number}" if len(positives) > 1 else "", value) for number, value in enumerate(positives, 1)),
        tuple((f"n{number}", value) for number, value in enumerate(negatives, 1)),
    )  # fmt: skip
    view = View(positives[0]) if len(positives) == 1 else View()
    return replace(example, family=Family((anchor,)), own_family=True, view=view)


PAIRS = re.compile(rf"\bdistances\b[^.;()]{{0,30}}?(?P<list>\(\s?{_N}\s?,\s?{_N}\s?\)(?:{_SEPARATOR}\(\s?{_N}\s?,\s?{_N}\s?\))+)", re.I)  # fmt: skip


def _pairs_given(text: str, example: Example) -> Example:
    """`the squared distances (0.9, 1.0) and (0.4, 0.7)`: the positive's and the negative's of several triplets."""
    found = PAIRS.search(text)
    if found is None:
        return example
    numbers = [Fraction(one) for one in re.findall(NUMBER, found.group("list"))]
    pairs = zip(numbers[::2], numbers[1::2], strict=True)
    anchors = tuple(Anchor(str(number), (("", p),), (("", n),)) for number, (p, n) in enumerate(pairs, 1))
    return replace(example, family=Family(anchors, whole=False), own_family=True)


__all__ = ["NEVER", "lists_given", "pair_of", "set_anew", "told_by", "with_anew"]
