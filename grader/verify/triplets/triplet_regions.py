# ruff: noqa: E501 -- a pattern stays on one line
"""Easy, semi-hard and hard in words: what a sentence says of them, decided on triplets of every sort.

`closer than the positive`, `within the margin` or `the loss is zero` are conditions on the two distances of a triplet,
and so are the three names (Schroff et al. 2015, section 3.2). One condition follows from another if it does for
distances on every side of both borders; a triplet that has one without the other is the witness.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from grader.verify.claim import Judged, Kind, Method, Spanned, refuted, verified

POSITIVE, MARGIN = 0.5, 0.2
NEGATIVES = (0.1, 0.3, 0.45, 0.55, 0.6, 0.65, 0.75, 0.9, 1.4)  # on no border
Condition = Callable[[float], bool]

NAMES: dict[str, Condition] = {
    "easy": lambda n: n > POSITIVE + MARGIN,
    "semi-hard": lambda n: POSITIVE < n < POSITIVE + MARGIN,
    "hard": lambda n: n < POSITIVE,
}
NAME = r"(?P<name>semi[- ]?hard|hard|easy)"
_THAN = r"(?: away)?(?: (?:to|from) (?:the|its|an) anchor)? than (?:the|its|any) positive(?: one)?"
_MARGIN = r"(?:the |a |our )?(?:margin(?: \$?(?:α|\\alpha)\$?)?|\$?(?:α|\\alpha)\$?)"
# the longer reading of the same words comes first
CONDITIONS: tuple[tuple[str, Condition], ...] = (
    (rf"(?:farther|further|more distant){_THAN} by (?:at least|more than) {_MARGIN}|(?:farther|further) than the positive (?:distance )?plus {_MARGIN}|at least {_MARGIN} (?:farther|further){_THAN}", NAMES["easy"]),
    (rf"(?:farther|further|more distant){_THAN}(?:,? but)? by less than {_MARGIN}", NAMES["semi-hard"]),
    (rf"(?:closer|nearer){_THAN}", NAMES["hard"]),
    (rf"(?:farther|further|more distant){_THAN}", lambda n: n > POSITIVE),
    (rf"(?:inside|within) {_MARGIN}|violat(?:es?|ing) {_MARGIN}", lambda n: n < POSITIVE + MARGIN),
    (rf"(?:outside|beyond|past) {_MARGIN}", NAMES["easy"]),
    (r"(?:has|have|with|gives?|produces?|contributes?|incurs?) (?:a )?(?:loss (?:of )?(?:zero|\$?0\$?)|zero loss|no loss|no gradient|nothing to the (?:loss|gradient))|(?:contributes?|adds?) nothing|(?:the |its |their )?(?:loss|hinge) (?:is|becomes|equals|vanishes|are)(?: exactly)?(?: (?:zero|\$?0\$?))?(?! (?:still |then |strictly )?(?:positive|between|larger|greater|more|above|not|at))", NAMES["easy"]),
    (rf"(?:has|have|with|gives?|produces?) (?:a )?loss (?:of )?(?:at least|more than|larger than|above|exceeding) {_MARGIN}|(?:the |its |their )?loss (?:is|are) (?:at least|more than|larger than|above|greater than) {_MARGIN}", NAMES["hard"]),
    (rf"(?:has|have|with|gives?|produces?) (?:a )?loss between (?:0|zero) and {_MARGIN}|(?:the |its |their )?loss (?:is|lies|are) (?:strictly )?between (?:0|zero) and {_MARGIN}", NAMES["semi-hard"]),
    (r"(?:has|have|with|gives?|produces?) (?:still )?(?:a )?(?:positive|non-?zero) loss|(?:the |its |their )?loss (?:is|are|stays?) (?:still )?positive", lambda n: n < POSITIVE + MARGIN),
)  # fmt: skip
CONDITION = re.compile(
    "|".join(f"(?P<c{place}>{words})" for place, (words, _) in enumerate(CONDITIONS)), re.I
)
TRIPLET = r"(?:triplets?|negatives?|negative examples?|ones?)"
# "a semi-hard negative is ...", "for an easy triplet ...", "easy triplets have ..."
OF_NAME = re.compile(
    rf"\b(?:for |with )?(?:an? |the |all |every |each )?{NAME}(?: {TRIPLET}\b,?|(?: {TRIPLET})?\s*[:=])(?P<link>[^.;:]{{0,40}}?)(?=(?:{CONDITION.pattern.replace('?P<c', '?P<x')}))",
    re.I,
)
# "... is called semi-hard", "... counts as easy"
IS_NAME = re.compile(
    rf"(?:,|\b(?:the (?:negative|triplet)|it))?\s*\b(?:is|are|counts? as)\s+(?:then\s+)?(?:called\s+|said to be\s+|known as\s+)?(?:an? )?{NAME}\b(?: {TRIPLET})?(?=\s*(?:[.,;:)]|$|when\b|if\b))",
    re.I,
)
WHEN = re.compile(
    r"\s*(?:exactly |only |precisely )*(?:when(?:ever)?|if(?: and only if)?|iff|as soon as|once)\s+", re.I
)
LOSS = re.compile(
    r"\bloss\b[^.;:,]{0,30}?\b(?:is|becomes|equals|vanishes)(?: exactly)?(?: (?P<zero>zero|\$?0\$?)| (?:still )?(?P<positive>positive))?",
    re.I,
)
IF = re.compile(r"\W*(?:if|when|whenever)\s+(?P<given>[^,.;]+),(?:\s+then)?", re.I)
READ = re.compile(
    r"^(?:\W|\b(?:the|a|an|negative|positive|triplet|is|are|lies?|lie|has|have|that|which|and|but|yet|still|also|it|its|they|one|this|in|at|to|from|anchor|of|them|then|already|always|by definition|only|just|being|sits?|stays?|called)\b)*$",
    re.I,
)
OTHER = re.compile(
    r"\bnot\b|n['’]t\b|\b(?:never|no longer|would|could|might|batch|mining|hardest|easiest|some|most|usually|often|without)\b|\bmargin (?:of|is) (?:0|zero)\b",
    re.I,
)


MARGIN_IS = re.compile(r"(?:margin|\\alpha|α)(?: in the paper)?(?: of| is| ?=)?\$? ?\$?0?\.\d+")


@dataclass(frozen=True)
class _Said:
    """A conjunction of conditions with its place in the sentence."""

    start: int
    end: int
    holds: Condition


def sort_claims(sentence: str, before: str) -> Iterator[Spanned]:
    """`A negative closer to the anchor than the positive is called semi-hard`, `for an easy triplet the loss is zero`.

    >>> told = "A negative that is closer to the anchor than the positive is called semi-hard."
    >>> [judged.ruling.value for _, _, judged in sort_claims(told, "")]
    ['refuted']
    """
    if not re.search(r"triplet|facenet|anchor", f"{before[-600:]} {sentence}", re.I):
        return
    at = 0
    for piece in re.split(r"(?<=;)(?=\s)", sentence):
        # a triplet with numbers of its own is no triplet of a sort
        numbers = re.search(r"\d\.\d|\\max", MARGIN_IS.sub(" ", piece))
        if not OTHER.search(piece) and not numbers:
            for start, end, judged in _claims(piece, before):
                yield at + start, at + end, judged
        at += len(piece)


def _claims(text: str, before: str) -> Iterator[Spanned]:
    named = IS_NAME.search(text)
    if named is not None:
        when = WHEN.match(text, named.end())
        said = _conditions(text, when.end(), len(text)) if when else _conditions(text, 0, named.start())
        if said is not None:
            yield from _follows(
                said, named.group("name"), min(said.start, named.start()), max(said.end, named.end())
            )
        return
    given = IF.match(text)
    if given is not None:
        said = _conditions(text, given.start("given"), given.end("given"))
        then = list(CONDITION.finditer(text, given.end("given")))
        if said is not None and said.end == given.end("given") and len(then) == 1:
            yield from _if_then(text, said, then[0], given)
        return
    loss = LOSS.search(text)
    if loss is not None and not re.search(r"hard|easy", text[: loss.end()], re.I):
        yield from _zero(text, loss)
        return
    for found in OF_NAME.finditer(text):
        if not READ.match(found.group("link")):
            continue
        said = _conditions(text, found.end(), len(text))
        if said is not None:
            yield from _describes(found.group("name"), said, found.start(), f"{before[-800:]} {text}")
            return


def _conditions(text: str, start: int, end: int) -> _Said | None:
    """The conditions between two places, if every word there is read."""
    found = list(CONDITION.finditer(text, start, end))
    if not found:
        return None
    last = found[0].end()
    for one in found[1:]:
        if READ.match(text[last : one.start()]):
            last = one.end()
        else:
            break
    kept = [one for one in found if one.end() <= last]
    if not READ.match(text[start : kept[0].start()]):
        return None
    parts: Sequence[Condition] = [
        CONDITIONS[next(place for place in range(len(CONDITIONS)) if one.group(f"c{place}") is not None)][1] for one in kept
    ]  # fmt: skip
    return _Said(kept[0].start(), last, lambda n: all(part(n) for part in parts))


def _if_then(text: str, said: _Said, then: re.Match[str], given: re.Match[str]) -> Iterator[Spanned]:
    """`if the negative is closer than the positive, the loss is zero`."""
    follows = _conditions(text, then.start(), then.end())
    having = [n for n in NEGATIVES if said.holds(n)]
    if follows is None or not having or not READ.match(text[given.end() : then.start()]):
        return
    start = given.start() + len(given.group()) - len(given.group().lstrip())
    if all(follows.holds(n) for n in having):
        says = "so it is for distances on both sides of the positive's and of the margin"
        yield start, then.end(), verified(Kind.DEFINITION, says, Method.COUNT)
    elif not any(follows.holds(n) for n in having):
        yield start, then.end(), _wrong(having[0], "the loss")


def _kind(name: str) -> str:
    return re.sub(r"semi[- ]?hard", "semi-hard", name.lower())


def _follows(said: _Said, name: str, start: int, end: int) -> Iterator[Spanned]:
    """What has the conditions has the name: right if all do, wrong if none does."""
    kind = _kind(name)
    having = [n for n in NEGATIVES if said.holds(n)]
    if not having:
        return
    # to some, whatever still has a loss is hard
    wide: Condition = (lambda n: n < POSITIVE + MARGIN) if kind == "hard" else NAMES[kind]
    if all(NAMES[kind](n) for n in having):
        says = f"such a negative is {kind}: tried on both sides of the positive's distance and of the margin"
        yield start, end, verified(Kind.DEFINITION, says, Method.COUNT)
    elif not any(wide(n) for n in having):
        yield start, end, _wrong(having[0], kind)


def _describes(name: str, said: _Said, start: int, around: str) -> Iterator[Spanned]:
    """What has the name has the conditions: right if all do, wrong if none does."""
    kind = _kind(name)
    having = [n for n in NEGATIVES if NAMES[kind](n)]
    if all(said.holds(n) for n in having):
        says = f"every {kind} triplet is so: tried on both sides of the positive's distance and of the margin"
        yield start, said.end, verified(Kind.DEFINITION, says, Method.COUNT)
    elif not any(said.holds(n) for n in having):
        loose = kind == "hard" and any(said.holds(n) for n in NEGATIVES if n < POSITIVE + MARGIN)
        if not loose or re.search(r"semi[- ]?hard", around, re.I):
            yield start, said.end, _wrong(having[0], f"{kind}, and not as stated", kind)


def _zero(text: str, loss: re.Match[str]) -> Iterator[Spanned]:
    """`the loss is zero when the negative is farther than the positive by at least the margin`."""
    zero = loss.group("zero") is not None or "vanish" in loss.group().lower()
    if not zero and loss.group("positive") is None:
        return
    when = WHEN.match(text, loss.end())
    if when is None:
        return
    said = _conditions(text, when.end(), len(text))
    if said is None or BY_NUMBER.match(text, said.end):
        return
    wanted: Condition = NAMES["easy"] if zero else (lambda n: n < POSITIVE + MARGIN)
    having = [n for n in NEGATIVES if said.holds(n)]
    says = "the loss [d(a,p) − d(a,n) + margin]₊ is zero where the negative is farther by at least the margin"
    if all(wanted(n) for n in having):
        yield loss.start(), said.end, verified(Kind.DEFINITION, says, Method.COUNT)
    else:
        n = next(n for n in having if not wanted(n))
        yield loss.start(), said.end, refuted(Kind.DEFINITION, says, Method.COUNT, {"d(a,p)": POSITIVE, "d(a,n)": n, "margin": MARGIN, "loss": round(max(0.0, POSITIVE - n + MARGIN), 2)})  # fmt: skip


BY_NUMBER = re.compile(r"\s*(?:by|plus|\+|enough)\b")


def _wrong(n: float, stated: str, true: str = "") -> Judged:
    kind = true or next(name for name, holds in NAMES.items() if holds(n))
    says = f"with d(a,p) = {POSITIVE}, d(a,n) = {n} and margin {MARGIN} the negative is {kind} (FaceNet, section 3.2)"
    return refuted(Kind.DEFINITION, says, Method.COUNT, {"d(a,p)": POSITIVE, "d(a,n)": n, "margin": MARGIN, "kind": kind, "loss": round(max(0.0, POSITIVE - n + MARGIN), 2), "stated": stated})  # fmt: skip


__all__ = ["sort_claims"]
