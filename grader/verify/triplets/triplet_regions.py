# ruff: noqa: E501 -- a pattern stays on one line
"""Easy, semi-hard and hard in words: what a sentence says of them, decided on triplets of every sort.

`closer than the positive`, `within the margin` or `the loss is zero` are conditions on the two distances of a triplet,
and so are the three names (Schroff et al. 2015, section 3.2). One condition follows from another if it does for
distances on every side of both borders; a triplet that has one without the other is the witness.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from grader.verify.claim import Judged, Kind, Method, Spanned, refuted, verified
from grader.verify.reading.plain_signs import plain_signs
from grader.verify.triplets.distance_letters import in_distances
from grader.verify.triplets.spoken import in_plain_signs

POSITIVE, MARGIN = 0.5, 0.2
NEGATIVES = (0.1, 0.3, 0.45, 0.55, 0.6, 0.65, 0.75, 0.9, 1.4)  # on no border
Condition = Callable[[float], bool]

NAMES: dict[str, Condition] = {
    "easy": lambda n: n > POSITIVE + MARGIN,
    "semi-hard": lambda n: POSITIVE < n < POSITIVE + MARGIN,
    "hard": lambda n: n < POSITIVE,
}
_THAN = r"(?: away)?(?: (?:to|from) (?:the|its|an) anchor)? than (?:the|its|any) positive(?: one)?"
_MARGIN = r"(?:the |a |our )?(?:margin(?: \$?(?:α|\\alpha)\$?)?|\$?(?:α|\\alpha)\$?)"
# the longer reading of the same words comes first
_DP, _DN = (
    rf"(?:[dDδ]\(a, ?{letter}\)|[dD]_\{{?a?{letter}\}}?|‖(?:f\(a\)|a) ?- ?(?:f\({letter}\)|{letter})‖(?:_2)?(?:\^2)?)"
    for letter in "pn"
)
_LOSS = r"(?:the |its |their |a |this )?(?:loss(?: of (?:the|a|an|such a|this|that|each) (?:triplet|one))?|hinge|term|ℓ|\\ell)"
_HAS = rf"(?:(?:has|have|with|gives?|produces?|yields?|incurs?|carr(?:y|ies)) (?:a )?{_LOSS}(?: that (?:is|lies))?|(?:still )?(?:costs?|pays?|contributes?)|{_LOSS} (?:(?:then |still |always |also |therefore |thus |again )*(?:is|lies|are|stays?|remains?)|(?=[<>≤≥]))|(?<=[:=] ))(?: (?:then|always|still|strictly|of|exactly|a value|something|anything))*"
_POSITIVE_LOSS = lambda n: n < POSITIVE + MARGIN  # noqa: E731 -- one of the conditions below
# the longer reading of the same words comes first
CONDITIONS: tuple[tuple[str, Condition], ...] = (
    (rf"{_DP} ?< ?{_DN} ?< ?{_DP} ?\+ ?{_MARGIN}", NAMES["semi-hard"]),
    (rf"{_DN} ?[>≥] ?{_DP} ?\+ ?{_MARGIN}|{_DP} ?\+ ?{_MARGIN} ?[<≤] ?{_DN}", NAMES["easy"]),
    (rf"{_DN} ?< ?{_DP}(?! ?\+)|{_DP} ?> ?{_DN}", NAMES["hard"]),
    (rf"{_DN} ?> ?{_DP}(?! ?\+)|{_DP} ?< ?{_DN}", lambda n: n > POSITIVE),
    (rf"(?:farther|further|more distant){_THAN} by (?:at least|more than) {_MARGIN}|(?:farther|further) than the positive (?:distance )?plus {_MARGIN}|at least {_MARGIN} (?:farther|further){_THAN}", NAMES["easy"]),
    (rf"(?:farther|further|more distant){_THAN}(?:,? but)? by less than {_MARGIN}", NAMES["semi-hard"]),
    (rf"(?:closer|nearer){_THAN}", NAMES["hard"]),
    (rf"(?:farther|further|more distant){_THAN}", lambda n: n > POSITIVE),
    (rf"(?:inside|within) {_MARGIN}|violat(?:es?|ing) {_MARGIN}", _POSITIVE_LOSS),
    (rf"(?:outside|beyond|past) {_MARGIN}", NAMES["easy"]),
    (rf"(?:has |have |with )?0 ?< ?{_LOSS} ?< ?{_MARGIN}|{_HAS} (?:between|in) [\[(]?(?:0|zero) ?(?:and|,) ?{_MARGIN}[\])]?|{_HAS} (?:positive|more than (?:0|zero|nothing)|above (?:0|zero)),? (?:but |and |yet )?(?:less|smaller|below|lower)(?: than)? {_MARGIN}", NAMES["semi-hard"]),
    (rf"{_HAS} (?:at least|more than|larger than|above|exceeding|greater than|>|≥|no less than) ?{_MARGIN}|(?:has |have )?{_LOSS} ?[>≥] ?{_MARGIN}|{_LOSS} (?:exceeds?) {_MARGIN}", NAMES["hard"]),
    (rf"{_HAS} (?:at most|less than|smaller than|below|lower than|<|≤|no more than|under|not more than) ?{_MARGIN}|(?:has |have )?{_LOSS} ?[<≤] ?{_MARGIN}|{_LOSS} (?:never|does not|cannot) exceeds? {_MARGIN}", lambda n: n > POSITIVE),
    (rf"{_HAS} (?:exactly |precisely |just )(?:equal to )?{_MARGIN}|{_HAS} equal to {_MARGIN}", lambda n: n == POSITIVE),
    (r"(?:has|have|with|gives?|produces?|contributes?|incurs?) (?:a )?(?:loss (?:of )?(?:exactly )?(?:zero|\$?0\$?(?!\.\d| ?<))|zero loss|no loss|no gradient|nothing to the (?:loss|gradient))|(?:contributes?|adds?) nothing|(?:the |its |their )?(?:loss|hinge)(?: of (?:the|such a|a) triplet)? (?:is|becomes|equals|vanishes|are)(?: exactly)?(?: (?:zero|\$?0\$?(?!\.\d)))?(?! (?:still |then |strictly |always )*(?:positive|between|larger|greater|more|above|not|at|less|smaller|below|no|lower|under|equal|exactly))|(?:has |have )?(?:ℓ|\\ell) ?= ?0(?!\.\d)", NAMES["easy"]),
    (r"(?:has|have|with|gives?|produces?) (?:still )?(?:a )?(?:positive|non-?zero) loss|(?:the |its |their )?loss (?:is|are|stays?) (?:still )?positive|(?:has |have )?(?:ℓ|\\ell) ?> ?0(?!\.\d)", _POSITIVE_LOSS),
)  # fmt: skip
FIRST_LOSS = next(place for place, (words, _) in enumerate(CONDITIONS) if _LOSS in words)
CONDITION = re.compile(
    "|".join(f"(?P<c{place}>{words})" for place, (words, _) in enumerate(CONDITIONS))
    + r"|\b(?:(?:an? |the |all |every |each |any |this |its )?)(?P<name>semi-?\s?hard|(?<!batch-)(?<!batch )hard|easy)\b(?: (?:negative examples?|triplets?|negatives?|ones?))?",
    re.I,
)
# a second condition of the same thing, and what stands between a thing and what is said of it
JOINT = re.compile(r"\b(?:and|but|yet|still)\b|^\s*\($", re.I)
WHEN = re.compile(r"\b(?:when(?:ever)?|if(?: and only if)?|iff|as soon as|once|where)\b", re.I)
READ = re.compile(
    r"(?:\W|\b(?:the|a|an|negatives?|positive|triplets?|is|are|lies?|lie|has|have|that|which|and|but|yet|still|also|it|its|they|ones?|this|in|at|to|from|anchor|of|them|then|already|always|by definition|only|just|being|sits?|stays?|called|with|whose|for|if|when(?:ever)?|iff|as soon as|once|counts?|as|means?|loss|exactly|precisely|these|those|such|we|call|distances?|squared|so|thus|hence|therefore|while|whereas|said|be|known|namely|i\.e|every|each|any|all|where|must|even|though|image|example|examples|case)\b)*",
    re.I,
)
OTHER = re.compile(
    r"\bnot\b|n['’]t\b|\b(?:never|no longer|would|could|might|batch|mining|hardest|easiest|some|(?<!at )most|usually|often|without|neither|nor)\b|\bmargin (?:of|is) (?:0|zero)\b|\?",
    re.I,
)


REACH = 600
MARGIN_IS = re.compile(r"(?:margin|\\alpha|α)(?: in the paper)?(?: of| is| ?=)?\$? ?\$?0?\.\d+")


@dataclass(frozen=True)
class _Said:
    """A conjunction of conditions with its place in the sentence; `name` is empty for one without easy, semi-hard or hard."""

    start: int
    end: int
    holds: Condition
    name: str = ""


def sort_claims(sentence: str, before: str) -> Iterator[Spanned]:
    """`A negative closer to the anchor than the positive is called semi-hard`, `for an easy triplet the loss is zero`.

    >>> told = "A negative that is closer to the anchor than the positive is called semi-hard."
    >>> [judged.ruling.value for _, _, judged in sort_claims(told, "")]
    ['refuted']
    """
    if not re.search(r"triplet|facenet|anchor", f"{before[-REACH:]} {sentence}", re.I):
        return
    plain, places = in_distances(*plain_signs(sentence), in_plain_signs(before[-REACH:]))
    at = 0
    named = _named_before(before)  # what "for these" speaks of
    for piece in re.split(
        r"(?<=;)(?=\s)|(?<=,)(?=\s(?:and|while|whereas) (?:the (?:margin|paper)|for|in|an? (?:semi|hard|easy))\b)",
        plain,
    ):
        # a triplet with numbers of its own is no triplet of a sort
        numbers = re.search(r"\d\.\d|\\max", MARGIN_IS.sub(" ", piece))
        if not OTHER.search(piece) and not numbers:
            for start, end, judged in (*_claims(piece, before), *_of_these(piece, named)):
                yield places[at + start], places[at + end], judged
        named = next((one for one in _groups(piece)[0] if one.name), named)
        at += len(piece)


def _named_before(before: str) -> _Said | None:
    """The one sort of which the sentence before speaks."""
    last = re.split(r"(?<=[.!?])\s+", in_plain_signs(before[-REACH:]).strip())[-1]
    named = [one for one in _groups(last)[0] if one.name]
    return named[0] if len({one.name for one in named}) == 1 and not OTHER.search(last) else None


OF_THESE = re.compile(
    r"\W*(?:(?:for|in|with|at) (?:these|those|them|such(?: triplets| negatives| ones)?|(?:this|that) case)|there|then|here|their|its|they)\b[\W]*(?:the |triplets? |negatives? |ones? |too |also |still |always )*",
    re.I,
)


def _of_these(text: str, named: _Said | None) -> Iterator[Spanned]:
    """`Hard means d(a,n) < d(a,p); for these the loss exceeds the margin`: what is said of the sort named before."""
    opened = OF_THESE.match(text)
    groups, _ = _groups(text)
    if named is None or opened is None or len(groups) != 1 or groups[0].name:
        return
    told = groups[0]
    rest = text[opened.end() : max(told.start, opened.end())] + " " + text[told.end :]
    if READ.fullmatch(rest) is None or re.match(r"\s*(?:by\b|plus\b|\+)", text[told.end :]):
        return
    having = [n for n in NEGATIVES if named.holds(n)]
    if all(told.holds(n) for n in having):
        says = f"so it is for every {named.name} negative"
        yield told.start, told.end, verified(Kind.DEFINITION, says, Method.COUNT)
    elif not any(told.holds(n) for n in having):
        yield told.start, told.end, _wrong(having[0], " ".join(text[told.start : told.end].split()))


def _claims(text: str, before: str) -> Iterator[Spanned]:
    groups, links = _groups(text)
    if len(groups) != 2:
        return
    first, second = groups
    rest = text[: first.start] + " " + links[0] + " " + text[second.end :]
    if READ.fullmatch(rest) is None or re.search(r"\bby\b|\bplus\b|\+", text[second.end : second.end + 6]):
        return
    turned = WHEN.search(links[0]) is not None and WHEN.match(text.strip()) is None
    turned = turned and re.search(r"\bonly\b", links[0]) is None  # "zero only if": what is zero has it
    given, told = (second, first) if turned else (first, second)
    if given.name and told.name:
        return
    start, end = first.start, second.end
    condition = WHEN.match(text[: first.start].lstrip()) if not turned else None
    if condition is not None:
        start = len(text) - len(text.lstrip())
    having = [n for n in NEGATIVES if given.holds(n)]
    if not having:
        return
    if all(told.holds(n) for n in having):
        says = "so it is for negatives on both sides of the positive's distance and of the margin"
        yield start, end, verified(Kind.DEFINITION, says, Method.COUNT)
    elif not any(told.holds(n) for n in having) and not _loosely(given, told, f"{before[-800:]} {text}"):
        yield start, end, _wrong(having[0], " ".join(text[start:end].split()))
    elif told.holds is NAMES["easy"] and not told.name and not given.name:
        # the loss is said to be zero: one triplet with a loss is enough
        n = next(n for n in having if not told.holds(n))
        yield start, end, _wrong(n, " ".join(text[start:end].split()))


def _loosely(given: _Said, told: _Said, around: str) -> bool:
    """Whether whatever still has a loss may be meant by hard, as some texts do."""
    if re.search(r"semi[- ]?hard", around, re.I):
        return False
    wide: Condition = lambda n: n < POSITIVE + MARGIN  # noqa: E731 -- one condition beside the named ones
    if given.name == "hard":
        return any(told.holds(n) for n in NEGATIVES if wide(n))
    return told.name == "hard" and any(wide(n) for n in NEGATIVES if given.holds(n))


def _groups(text: str) -> tuple[list[_Said], list[str]]:
    """The conditions of a text, those of one thing together, and what stands between the groups."""
    groups: list[_Said] = []
    links: list[str] = []
    losses = False
    for found in CONDITION.finditer(text):
        name = _kind(found.group("name")) if found.group("name") else ""
        place = next((place for place in range(len(CONDITIONS)) if found.group(f"c{place}") is not None), -1)
        holds = NAMES[name] if name else CONDITIONS[place][1]
        loss = place >= FIRST_LOSS
        start = found.start() + len(found.group()) - len(found.group().lstrip())
        gap = text[groups[-1].end : start] if groups else ""
        if groups and JOINT.search(gap) is not None and (loss == losses or "(" in gap):
            groups[-1] = _joined(groups[-1], holds, found.end(), name)
        else:
            links += [gap] if groups else []
            groups.append(_Said(start, found.end(), holds, name))
        losses = loss
    return groups, links


def _joined(one: _Said, holds: Condition, end: int, name: str) -> _Said:
    both: Condition = lambda n: one.holds(n) and holds(n)  # noqa: E731 -- a conjunction made on the way
    return _Said(one.start, end, both, one.name or name)


def _kind(name: str) -> str:
    return re.sub(r"semi[- ]?hard", "semi-hard", name.lower())


def _wrong(n: float, stated: str) -> Judged:
    kind = next(name for name, holds in NAMES.items() if holds(n))
    loss = round(max(0.0, POSITIVE - n + MARGIN), 2)
    says = f"with d(a,p) = {POSITIVE}, d(a,n) = {n} and margin {MARGIN} the negative is {kind} and the loss {loss} (FaceNet, section 3.2)"
    return refuted(
        Kind.DEFINITION,
        says,
        Method.COUNT,
        {"d(a,p)": POSITIVE, "d(a,n)": n, "margin": MARGIN, "kind": kind, "loss": loss, "stated": stated},
    )


__all__ = ["sort_claims"]
