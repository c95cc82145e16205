# ruff: noqa: E501 -- a pattern stays on one line
"""Angles, cosines and distances of unit vectors: ‖x − y‖² = 2 − 2 cos θ, whichever two of them a sentence brings together.

A sentence is read as a row of measures; two neighbours of different kinds are held against each other: `a cosine of 0.5
means a squared distance of 1`, `1 at 60°, √3 at 120°`, `orthogonal embeddings are 2 apart`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise

from grader.verify.claim import Judged, Kind, Method, Spanned, refuted, verified
from grader.verify.triplets.embeddings import angle_of, cosine_at, plain, root_of
from grader.verify.triplets.example import Example
from grader.verify.triplets.phrases import NEAR, Stated, value_at

WORDS = {"orthogonal": 90, "perpendicular": 90, "opposite": 180, "antipodal": 180, "diametrically opposed": 180, "identical": 0, "coinciding": 0, "equal": 0, "right angle": 90}  # fmt: skip
# what a number measures; the longer words first
MEASURES: tuple[tuple[str, str], ...] = (
    ("squared", r"squared (?:euclidean |ℓ2 |L2 )?distances?|distances? squared|dist²|dist\^2|d²|d\^2|‖\w(?:_\w)? ?- ?\w(?:_\w)?‖(?:_2)?\^2|squares"),
    ("plain", r"(?:plain|ordinary|unsquared|straight(?:-line)?|non-?squared|euclidean|actual|chordal) (?:euclidean )?distances?|chord(?: length)?|‖\w(?:_\w)? ?- ?\w(?:_\w)?‖(?!(?:_2)?\^)"),
    ("cosine", r"cosines?(?: similarit(?:y|ies))?|cos(?: ?θ|\(θ\))?|(?:inner|dot|scalar) products?|similarit(?:y|ies)|\b[xyuvapn]\^T ?[xyuvapn]\b|⟨\w, ?\w⟩|\b[xyuvapn] ?· ?[xyuvapn]\b"),
    ("angle", r"angles?(?! between)|θ"),
    ("distance", r"distances?|(?<![\w^])[dDδ](?:\(\s?\w(?:_\w)?\s?,\s?\w(?:_\w)?\s?\))?(?=\s?[=≈]|\s(?:is|are|of|=)|\s*\d)|apart"),
)  # fmt: skip
TOKEN = re.compile(
    rf"(?P<named>(?:(?<![\w^])[dD]|\bcos)\(\s?\w+\s?,\s?\w+\s?\))|(?P<formula>[24]\s?-?\s?2?\s?·?\s?(?:cos\s?\(?θ?\)?|sin\^2|\w\^T\s?\w|⟨[^⟩]{{1,9}}⟩|\w\s?·\s?\w\b))|(?P<degrees>(?<![\w.])\d{{1,3}}(?:\.\d+)?)\s?°|(?P<word>(?!equals? ?\d)(?:{'|'.join(WORDS)}))\b|"
    + "|".join(f"(?P<{name}>\\b(?:{words})|(?<!\\w)(?:{words}))" for name, words in MEASURES)
    + r"|(?P<value>(?<![\w.,^_(])[-]?(?:√\(?\d+\)?|\d+(?:\.\d+)?|\.\d+|2 ?[-] ?√\(?\d\)?)(?![\w^]|\.\d|\s?[·*/×%]))",
    re.I,
)
# what may stand between two measures that are said to belong together
LINK = re.compile(
    r"^(?:\s|[=≈:,()→⇒↔⇔]|\b(?:is|are|at|of|a|an|the|to|gives?|means?|has|have|having|corresponds?|belongs?|makes?|yields?|then|thus|therefore|so|hence|which|that|it|also|only|just|exactly|about|roughly|already|still|lie|lies|sit|unit|vectors?|points?|embeddings?|two|2|ones?|pairs?|for|with|in|on|by|sphere|circle|between|them|and|amounts?|equals?|same as|this|we|one|gets?|find|an?d?|exactly|value|similarity|enclosing|enclose|under|when|if|whose|their|its|squared|euclidean|degrees|away|each other|from|apart|as much as|can be|be)\b)*$",
    re.I,
)
# "for a triplet of the batch": measured or wished for
RESTRICTED = re.compile(
    r"\b(?:our|measured|observed|data|typical\w*|usually|often|average|mean|random|at least|margins?|loss(?:es)?|threshold|accept\w*|epochs?|gap|hinge|batch|expected|expectation|independent|not)\b",
    re.I,
)
SQUARED_THROUGHOUT = re.compile(
    r"\bdistances?\b[^.;]{0,50}\b(?:squared|squares)\b|\bsquared\b[^.;]{0,20}\bdistances?\b[^.;]{0,30}\b(?:throughout|everywhere|always)\b",
    re.I,
)


@dataclass(frozen=True)
class Measure:
    """A number with what it measures: an angle in degrees, a cosine, a distance."""

    kind: str  # angle, cosine, squared, plain, or distance where it is not said whether it is squared
    stated: Stated
    start: int
    end: int

    @property
    def value(self) -> Fraction:
        """Its number."""
        return self.stated.number if self.stated.number is not None else Fraction(0)


def sphere_statements(text: str, example: Example) -> Iterator[Spanned]:
    """(start, end, ruling) of each relation between two measures of unit vectors that a sentence states."""
    if not example.sphere:
        return
    yield from extremes(text, example)
    yield from margin_gaps(text)
    for one, other in _pairs(list(_measures(text, example)), text):
        judged = related(one, other)
        if judged is not None:
            yield min(one.start, other.start), max(one.end, other.end), judged


def _measures(text: str, example: Example) -> Iterator[Measure]:
    """The measures of a sentence in order. A number measures what has been named last."""
    kind = ""
    named_at = 0
    for found in TOKEN.finditer(text):
        groups = found.groupdict()
        if groups["degrees"] or groups["word"]:
            degrees = Fraction(groups["degrees"] or WORDS[(groups["word"] or "").lower()])
            stated = value_at(str(degrees), 0)
            if stated is not None:
                last = Fraction(1, 10 ** len((groups["degrees"] or "").partition(".")[2]))
                near = NEAR.search(text[max(0, found.start() - 12) : found.start()]) is not None
                term = stated.term
                printed = Stated(0, stated.end, type(term)(degrees, term.end, last, True), near)
                yield Measure("angle", printed, found.start(), found.end())
            continue
        if groups["value"]:
            stated = value_at(text, found.start())
            behind = OF_WHAT.match(text, found.end())
            if behind is not None:
                kind = _kind(next(name for name in behind.groupdict() if behind.group(name)), example)
            if stated is not None and stated.number is not None and kind:
                near = NEAR.search(text[max(0, found.start() - 12) : found.start()]) is not None
                yield Measure(
                    kind, Stated(stated.start, stated.end, stated.term, near), found.start(), stated.end
                )
            continue
        if groups["formula"]:
            continue
        if groups["named"]:
            # the distance of two points of an example, which its own numbers decide
            of = {example.resolved(name) for name in re.findall(r"\w+(?=\s?[,)])", groups["named"])}
            if of & ({"a", "p", "n"} | example.batch.by_name.keys()):
                kind = ""
                continue
            groups = {
                **groups,
                "cosine" if groups["named"].startswith("cos") else "distance": groups["named"],
            }
        name = next(name for name, _ in MEASURES if groups[name])
        if name == "angle":
            continue
        if (
            name == "distance"
            and example.squared
            and not re.search(r"\bplain\b", text[named_at : found.start()], re.I)
        ):
            name = "squared" if kind != "plain" or named_at == 0 else "plain"
        if name != "distance" or kind not in {"squared", "plain"}:
            kind = name
        named_at = found.end()


OF_WHAT = re.compile(r"\s(?:in|of|on)\s(?:the )?(?:" + "|".join(f"(?P<{name}>{words})" for name, words in MEASURES if name != "angle") + r")(?!\w)", re.I)  # fmt: skip


def _kind(name: str, example: Example) -> str:
    return "squared" if name == "distance" and example.squared else name


def _pairs(measures: Sequence[Measure], text: str) -> Iterator[tuple[Measure, Measure]]:
    """Neighbours of different kinds with only linking words between; rows of angles with rows of as many values."""
    kinds = ["angle" if one.kind == "angle" else "value" for one in measures]
    half = len(measures) // 2
    if half > 1 and len(measures) % 2 == 0 and kinds in (["angle"] * half + ["value"] * half, ["value"] * half + ["angle"] * half):  # fmt: skip
        if len({one.kind for one in measures}) == 2:
            yield from zip(measures[:half], measures[half:], strict=True)
        return
    if half > 1 and all(one != other for one, other in pairwise(kinds)):
        # "60° apart: 1, 90° apart: 2": a list of pairs, each in the order of the first
        listed = zip(measures[::2], measures[1::2], strict=False) if len(measures) % 2 == 0 else ()
        yield from (pair for pair in listed if _linked(*pair, text))
        return
    free: Measure | None = None
    for one in measures:
        if free is not None and _linked(free, one, text):
            yield free, one
            free = None
            continue
        free = one


def _linked(one: Measure, other: Measure, text: str) -> bool:
    """Whether only words that link two measures of one pair stand between them."""
    if one.kind == other.kind or {one.kind, other.kind} == {"distance", "squared"}:
        return False
    between = text[one.end : other.start]
    return LINK.match(TOKEN.sub(" ", between)) is not None and not re.search(r"[.;]\s", between)


def related(one: Measure, other: Measure) -> Judged | None:
    """Whether two measures belong to the same pair of unit vectors."""
    given, told = (one, other) if one.kind == "angle" or other.kind != "angle" else (other, one)
    cosine = _cosine(given)
    if cosine is None:
        return None
    exact = _as(told.kind, cosine)
    says = f"unit vectors {'at ' + plain(given.value) + '°' if given.kind == 'angle' else 'with cosine ' + plain(cosine)} have the squared distance {plain(2 - 2 * cosine)}"
    if any(_agrees(told, value) for value in exact):
        return verified(Kind.FACT, says, Method.SYMBOLIC)
    # the value that is given may be rounded itself
    back = _cosine(told)
    if back is not None and any(_agrees(given, value) for value in _as(given.kind, back)):
        return verified(Kind.FACT, says, Method.SYMBOLIC)
    witness = {"angle": f"{plain(angle_of(cosine))}°", "cosine": plain(cosine), "squared distance": plain(2 - 2 * cosine), "stated": plain(told.value)}  # fmt: skip
    return refuted(Kind.FACT, says, Method.SYMBOLIC, witness)


def _agrees(told: Measure, exact: Fraction) -> bool:
    """Whether an exact value rounds to a measure: to a whole number only where it says "about", or of degrees."""
    if told.stated.agrees(exact):
        return True
    rounded = told.kind == "angle" and told.value % 30 != 0
    half = told.stated.term.last / 2 if told.stated.term.printed else Fraction(0)
    return (rounded or told.stated.near) and abs(exact - told.value) <= half


def _cosine(measure: Measure) -> Fraction | None:
    value = measure.value
    if measure.kind == "angle":
        return cosine_at(value) if 0 <= value <= 180 else None
    if measure.kind == "cosine":
        return value if abs(value) <= 1 else None
    if measure.kind == "plain":
        return 1 - value * value / 2 if 0 <= value <= 2 else None
    return 1 - value / 2 if 0 <= value <= 4 else None


def _as(kind: str, cosine: Fraction) -> tuple[Fraction, ...]:
    """The cosine as another measure; a distance of which it is not said whether it is squared may be either."""
    squared = 2 - 2 * cosine
    if kind == "angle":
        return (angle_of(cosine),)
    if kind == "cosine":
        return (cosine,)
    if kind == "squared":
        return (squared,)
    length = root_of(squared)
    return (length,) if kind == "plain" else (squared, length)


# -- the largest and the smallest ----------------------------------------------------------------------------------

_DISTANCE = r"(?:(?P<{0}squared>squared )?(?:euclidean )?(?P<{0}late>squared )?distances?|(?P<{0}letter>(?<![\w^])[dD](?:\(\s?\w(?:_\w)?\s?,\s?\w(?:_\w)?\s?\))?)|(?P<{0}norm>‖\w(?:_\w)? ?- ?\w(?:_\w)?‖(?:_2)?\^2))"
_WORDS = r"(?:\s|,|=|≈|:|\b(?:is|are|was|of|be|can|becomes|comes to|then|therefore|thus|just|only|exactly|possible|ever|value|two|any|unit|such|vectors?|points?|embeddings?|on|the|sphere|between|they|it|have|has|reach|take|occur|at|most|a|always|hence|here|that|in|plane|circle|hypersphere|normali[sz]ed|among|equals?|there|to|get|large|as|2(?= \w)|so|squared|for|of length 1|1(?= ))\b)*?"
_VALUE = r"(?P<value>-?(?:√\(?\d+\)?|\d+(?:\.\d+)?))(?![\w^]|\.\d|\s?(?:[·*/×%°]|[-+]\s?[\dα]))"
LARGEST = re.compile(
    rf"\b(?P<how>largest|greatest|maximum|maximal|biggest|highest|longest|smallest|least|minimum|minimal)\b(?P<possible> (?:possible|conceivable|attainable))?(?: value of(?: the)?)? {_DISTANCE.format('x')}(?P<late_possible> possible)?{_WORDS}{_VALUE}",
    re.I,
)
NEVER = re.compile(
    rf"\b{_DISTANCE.format('x')}{_WORDS}\b(?:never exceeds?|can(?:not|'t|not ever| never)? ?(?:never )?(?:exceeds?|surpass|be (?:larger|more|greater|bigger) than|be above|get (?:larger|bigger|above)(?: than)?|go (?:above|beyond))|(?:is|are) (?:always |never )?(?:at most|bounded by|no (?:larger|more|greater) than|(?:larger|more|greater) than)|does(?: not|n't) exceed|exceeds?|stays? below|(?:can )?(?:reach|grow to|get as large as|go up to|be as large as)|up to|at most|bounded by)\s?(?:a value of )?{_VALUE}",
    re.I,
)
RANGE = re.compile(
    rf"\b{_DISTANCE.format('x')}{_WORDS}\b(?:lies?|lie|are|is|ranges?|range|runs?|run|goes|go|vary|varies|takes? values|fall|falls)? ?(?:always |only )?(?:in|over|from|between|within)\s?(?:the (?:interval|range) )?[(\[]?\s?0\s?(?:,|to|and|-|up to)\s?{_VALUE}",
    re.I,
)
NO_TWO = re.compile(
    rf"\bno (?:2|two|pair of|pair) [^.;\d]{{0,30}}?(?:farther|further) apart than (?:(?:a |an )?{_DISTANCE.format('y')} ?(?:of|=)? ?)?(?P<value2>\d+(?:\.\d+)?)(?![\w^]|\.\d)|\bno (?:2|two|pair of|pair) [^.;\d]{{0,40}}?(?:at a |at |have a |has a |with a )?{_DISTANCE.format('x')} (?:above|beyond|of more than|larger than|greater than|more than|over|exceeding) {_VALUE}",
    re.I,
)
LARGEST_LOSS = re.compile(
    r"\b(?:largest|greatest|maximum|maximal|biggest|highest)(?: possible| conceivable)?(?: value)?(?: of| for)?(?: the| a| one| a single| any)* (?:triplet(?:'s)? )?(?:loss|term|hinge|ℓ|L)\b(?: of (?:a|one) triplet)?(?: on the (?:unit )?sphere)?,? (?:is|=|equals|would be|comes to)(?: then| thus| therefore)? (?P<value>(?:[^.;:,\s]|\.(?=\d))(?:[^.;:,]|\.(?=\d)){0,18}?)(?=[.;:,]\s|[.;:,]?$|\s(?:and|when|for|if|with|so|where|\(|reached)\b)",
    re.I,
)
OF_BATCH = re.compile(
    r"\b(?:batch|data|sample|our|their|its|observed|measured|seen|run|orthogonal|non-?negative|positives?|relu|perpendicular|half|hemisphere|orthant|anchor|negatives?|still|loss(?:es)?|margin|same|class(?:es)?|identit\w+|thresholds?|acute|first quadrant|accept\w*|pairs?|rejected)\b",
    re.I,
)


def extremes(text: str, example: Example) -> Iterator[Spanned]:
    """`the largest possible squared distance is 4`: between opposite points."""
    for pattern in (LARGEST, NEVER, RANGE, NO_TWO):
        for found in pattern.finditer(text):
            groups = found.groupdict()
            if groups.get("value2"):
                far = Fraction(groups["value2"] or 0)
                squared = (
                    bool(groups["ysquared"] or groups["ylate"] or groups["ynorm"]) or example.squared is True
                )
                if far == 4 and squared:
                    yield (
                        found.start(),
                        found.end(),
                        verified(Kind.FACT, "opposite points have the squared distance 4", Method.SYMBOLIC),
                    )
                elif squared and far < 4:
                    yield found.start(), found.end(), refuted(Kind.FACT, "opposite points have the squared distance 4", Method.SYMBOLIC, {"u": [1, 0], "v": [-1, 0], "squared distance": 4})  # fmt: skip
                continue
            piece = text[
                max(
                    (cut.end() for cut in re.finditer(r"[.;]\s", text[: found.start()])), default=0
                ) : found.end()
            ]
            if OF_BATCH.search(piece) or _denied(pattern, found, text):
                continue
            if pattern is LARGEST and not (
                groups.get("possible")
                or groups.get("late_possible")
                or re.search(r"two|unit|sphere|can|possible|any", found.group())
            ):
                continue
            least = re.match(r"smallest|least|minim", groups.get("how") or "", re.I) is not None
            squared = bool(groups["xsquared"] or groups["xlate"] or groups["xnorm"]) or (
                example.squared is True
            )
            plainly = re.search(r"\bplain|unsquared|not squared", piece, re.I) is not None
            yield from _extreme(found, text, least, squared and not plainly, plainly)
    for found in LARGEST_LOSS.finditer(text):
        said = found.group("value").strip()
        exact = 4 + example.margin
        says = f"d(a,p) is at most 4 and d(a,n) at least 0, so the largest loss is 4 + {plain(example.margin)} = {plain(exact)}"
        if re.fullmatch(r"4 ?\+ ?α|α ?\+ ?4", said):
            yield found.start(), found.end(), verified(Kind.FACT, says, Method.SYMBOLIC)
            continue
        known = replace(example, margins=(example.margin,)).known()
        stated = value_at(text, found.start("value"), known)
        if stated is None or stated.number is None or text[stated.end : found.end("value")].strip():
            continue
        if stated.agrees(exact):
            yield found.start(), found.end(), verified(Kind.FACT, says, Method.SYMBOLIC)
        elif example.margins or "α" in said:
            witness = {"p": "−a", "n": "a", "loss": plain(exact), "stated": said}
            yield found.start(), found.end(), refuted(Kind.FACT, says, Method.SYMBOLIC, witness)


def _denied(pattern: re.Pattern[str], found: re.Match[str], text: str) -> bool:
    if pattern is NEVER and re.search(r"\b(?:exceeds?|larger than|greater than|more than)\s", found.group()):
        told = text[max(0, found.start() - 4) : found.end()]
        return re.search(r"\bnever\b|\bcannot\b|\bcan't\b|\bnot?\b|n't\b", told) is None
    return re.search(r"\bnot\b|n't\b", text[max(0, found.start() - 20) : found.start()]) is not None


FARTHEST = 20


def _extreme(found: re.Match[str], text: str, least: bool, squared: bool, plainly: bool) -> Iterator[Spanned]:
    stated = value_at(text, found.start("value"))
    if stated is None or stated.number is None or stated.number > FARTHEST:
        return  # such a number is in a unit of the text's own
    exact = Fraction(0) if least else Fraction(4)
    as_square = stated.agrees(exact) and not plainly
    as_length = stated.agrees(root_of(exact))
    if not squared and not plainly and not least and as_square:
        return  # it is not said whether the distance is squared
    says = f"‖u − v‖² = 2 − 2 u·v lies between 0 and 4 on the unit sphere, so the {'smallest' if least else 'largest'} squared distance is {exact}"
    if as_square or (as_length and (plainly or not squared)):
        yield found.start(), found.end(), verified(Kind.FACT, says, Method.SYMBOLIC)
    elif not (as_length and not squared):
        witness = {"u": [1, 0], "v": [1 if least else -1, 0], "squared distance": int(exact), "stated": plain(stated.number)}  # fmt: skip
        yield found.start(), found.end(), refuted(Kind.FACT, says, Method.SYMBOLIC, witness)


# -- margins as gaps of cosines ------------------------------------------------------------------------------------

_GAP_WORD = r"(?:margin|gap|difference|separation|slack)"
_COSINES = (
    r"(?:cosines?(?: similarit(?:y|ies))?|inner products?|dot products?|scalar products?|similarit(?:y|ies))"
)
_OF_DISTANCE = r"(?:(?:squared )?(?:euclidean )?distances?|(?<![\w^])[dD](?![\w(]))"
_V = r"(?P<{0}>\d*\.\d+|\d+)"
_IS = r"(?:\s|,|=|:|\b(?:is|are|means?|gives?|corresponds? to|amounts? to|equals?|becomes|the same as|thus|then|therefore|only|just|a|an|the|of|so|makes|exactly|to)\b)+"
GAPS = (
    re.compile(rf"\b{_GAP_WORD} (?:α )?(?:=|of|is) ?{_V.format('far')}(?: in| of| on| for)? (?:the )?(?:two )?{_OF_DISTANCE}{_IS}(?:{_GAP_WORD} )?(?:of )?{_V.format('cos')} ?(?:between|in|of|for) (?:the )?(?:two )?{_COSINES}", re.I),
    re.compile(rf"\b{_GAP_WORD} (?:α )?(?:=|of|is) ?{_V.format('cos')}(?: in| of| on| for| between) (?:the )?(?:two )?{_COSINES}{_IS}(?:{_GAP_WORD} )?(?:of )?{_V.format('far')} ?(?:between|in|of|for) (?:the )?(?:two )?{_OF_DISTANCE}", re.I),
    re.compile(rf"\b(?:in terms of|in|for|on) (?:the )?{_COSINES},? (?:the |FaceNet's |our |a |this |paper's )*{_GAP_WORD}(?: of)?(?: α)?(?: =|of)? ?{_V.format('far')}{_IS}(?:{_GAP_WORD} )?(?:of )?{_V.format('cos')}", re.I),
    re.compile(rf"\b{_COSINES}[^.;\d]{{0,30}}?\b(?:differ|must differ|are apart|have to differ|lie apart) by (?:at least |more than )?{_V.format('cos')}[^.;\d]{{0,40}}?\b{_GAP_WORD}(?: of)? {_V.format('far')}", re.I),
    re.compile(rf"\b{_GAP_WORD} (?:α )?(?:=|of|is)? ?{_V.format('far')}[^.;\d]{{0,40}}?\b{_COSINES}[^.;\d]{{0,30}}?\b(?:differ|apart)(?: by)?(?: at least| more than)? {_V.format('cos')}", re.I),
)  # fmt: skip


def margin_gaps(text: str) -> Iterator[Spanned]:
    """`a margin of 0.2 in d is a gap of 0.1 between the cosines`: squared distances differ by twice as much."""
    for pattern in GAPS:
        for found in pattern.finditer(text):
            far, cosines = Fraction(found.group("far")), Fraction(found.group("cos"))
            says = f"d = 2 − 2 cos, so that a gap of {plain(far)} between squared distances is one of {plain(far / 2)} between cosines"
            if 2 * cosines == far:
                yield found.start(), found.end(), verified(Kind.FACT, says, Method.SYMBOLIC)
            else:
                witness = {
                    "gap of the distances": plain(far),
                    "gap of the cosines": plain(far / 2),
                    "stated": plain(cosines),
                }
                yield found.start(), found.end(), refuted(Kind.FACT, says, Method.SYMBOLIC, witness)


# -- other lengths -------------------------------------------------------------------------------------------------

SCALES = re.compile(
    r"(?:(?<![\w^])(?P<f>[fxzeuv])\s?(?:→|↦)\s?(?P<t>[a-zλ])\s?·?\s?(?P=f)(?:\(x\))?|\b(?:scaling|multiplying|stretching) (?:all |every |the )*(?:embeddings?|vectors?|f|points?|them)(?: \w+)? by (?:a factor (?:of )?)?(?P<by>[a-zλ]|\d+(?:\.\d+)?))[^.;]{0,40}?\b(?:multiplies|scales|changes) (?:each|every|all|the)(?: \w+)?? ?(?:(?P<what>[dD](?:\([^)]*\))?|(?P<plain>plain )?(?P<squared>squared )?(?:euclidean )?distances?))(?: \w+)?? by (?:a factor (?:of )?)?(?P<times>[a-zλ](?:\s?\^\s?\d)?|\d+(?:\.\d+)?)(?!\w)",
    re.I,
)


def scalings(text: str, example: Example) -> Iterator[Spanned]:
    """`f → tf multiplies every D by t²`: lengths scale with the factor, squares with its square."""
    for found in SCALES.finditer(text):
        factor, told = found.group("t") or found.group("by"), re.sub(r"\s", "", found.group("times"))
        squared = bool(found.group("squared")) or (example.squared is True and not found.group("plain"))
        if not squared and found.group("what") and not found.group("plain") and example.squared is None:
            continue
        power = 2 if squared else 1
        letter = factor.isalpha() or factor == "λ"
        if letter:
            holds = told == (f"{factor}^2" if squared else factor)
        else:
            holds = told.replace(".", "").isdigit() and Fraction(told) == Fraction(factor) ** power
        says = (
            f"‖tx − ty‖{'²' if squared else ''} = t{'²' if squared else ''} ‖x − y‖{'²' if squared else ''}"
        )
        if holds:
            yield found.start(), found.end(), verified(Kind.IDENTITY, says, Method.SYMBOLIC)
        elif told[0] == factor[0] or not letter:
            witness = {"t": 3, "distance before": 1, "distance after": 3**power, "stated": told}
            yield found.start(), found.end(), refuted(Kind.IDENTITY, says, Method.SYMBOLIC, witness)


__all__ = ["scalings", "sphere_statements"]
