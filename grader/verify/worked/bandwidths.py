# ruff: noqa: E501 -- a pattern stays on one line
"""What σ² = √D makes of a given D: `D = 64 gives β = 0.125`, `for D = 16 an entry of w has standard deviation 1/2`."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from grader.verify.claim import Kind, Method, Spanned, refuted, verified
from grader.verify.grammar.syntax import Expression, names
from grader.verify.worked.attention import Attention
from grader.verify.worked.evaluation import Array, Unknown, evaluate, exactly
from grader.verify.worked.example import Example
from grader.verify.worked.literals import Match, literal_of
from grader.verify.worked.readings import Kernel, Letters, Reading
from grader.verify.worked.statements import FILLERS, trees_of
from grader.verify.worked.surroundings import Document

WIDTH = re.compile(
    r"(?<![A-Za-z_√/·*^+\d-])(?<!√[ (])[dD]\s*=\s*(?P<value>\d{1,5})(?!\d|[.,]\d)"
)  # but not √D = 4
_NUMBER = r"-?(?:\d+(?:\.\d+)?(?:/\d+)?|√\(?\d+\)?|1/√\d+|\d+\^\{[-/\d]+\})"
_VALUE = rf"(?P<value>{_NUMBER})(?:\s*(?:=|≈)\s*(?P<again>{_NUMBER}))?(?![\w/^])(?!\s*[-+·*/^]\s*\w)"
_IS = rf"\s*{FILLERS}(?:=|≈|:|is|are|becomes?|of|equals?|comes? (?:out )?(?:as|at|to))\s*{FILLERS}(?:≈\s*)?"
# what a sentence may say of the scale, as a power of σ² and a factor
SYMBOLS = re.compile(rf"(?<![A-Za-z\d·*/^(-])(?P<name>σ\^2|σ|[βγλ])(?P<is>\s*(?:=|≈)\s*|{_IS}){_VALUE}")
# an entry of a random direction, of which it is said how it spreads
_ENTRY = r"\b(?:entr(?:y|ies)|components?|coordinates?|elements?) (?:of|in) (?:each |every |the |an? |any )?(?:random |sampled |drawn )*(?:w(?:_\{?\w\}?)?|ω(?:_\{?\w\}?)?|W|Ω|frequenc(?:y|ies)(?: vectors?)?|directions?|projections?)(?![A-Za-z_])"
ENTRY = re.compile(_ENTRY)
ENTRIES = re.compile(
    rf"{_ENTRY}(?:\s+w(?:_\w)?)?\s*(?:then\s+|must\s+)?(?:has|have)\s+(?:a |the )?(?P<what>variance|standard deviation)\s*(?:of|=|:|≈|equal to)?\s*{FILLERS}{_VALUE}"
)
NAMED = re.compile(
    rf"\b(?:the )?(?P<what>bandwidth|(?:kernel )?variance|standard deviation)(?: σ(?:\^2)?)?(?:{_IS}|\s+){_VALUE}",
    re.I,
)
OF_KERNEL = re.compile(r"\bkernel\b|\bGaussian\b|\bbandwidth\b|\bσ(?:\^2)?\s*(?:=|≈|is)", re.I)
CONDITION = re.compile(
    rf"\b(?:if|for|with|at|when|where)\s+σ(?:\^2)?\s*(?:=|is)\s*{_NUMBER}(?![\w/^])",
    re.I,
)
LISTED = re.compile(r"\b(?:values? of|for)\s+(?P<name>σ\^2|σ|[βγλ])\s*:", re.I)
GIVES = re.compile(
    rf"(?<![A-Za-z_])[dD]\s*=\s*(?P<width>\d{{1,5}})\s*(?:gives?|makes?|:|→|means?|yields?|is)\s*{_VALUE}"
)
EXPONENT = re.compile(
    r"\bexponent (?:of|in) (?:the |that )?(?:Gaussian|middle factor)(?: kernel| factor)?(?: then)? (?:is|becomes|reads|equals)\s+(?P<value>-?[^,.;:\s](?:[^.;:]|\.(?=\d)){2,60}?)(?=\s*(?:[.;:]|,\s|$|\s(?:and|so|for|which|while)\b))",
    re.I,
)
RESULT = re.compile(
    r"(?:\b(?:gives?|gets?|means?|yields?|makes?|so|then|thus|hence|therefore|have|has|obtain|i\.e\.?|is|are|that|this|and|the|bandwidth|variance|deviation|with)|[→⇒:,])\s*(?:us\s+|the\s+|a\s+)?$",
    re.I,
)
VERB = re.compile(
    r"\b(?:gives?|gets?|means?|yields?|makes?|so|then|thus|hence|therefore|has|have|obtain|is|are|becomes?)\b|[→⇒:]",
    re.I,
)
UNREAL = re.compile(
    r"\bif\b|\bwere\b|\bwould\b|\bwrong|\bmistak|\binstead\b|\bnot\b|n['’]t\b|\bsuppose|\bchoose|\btake\b|\blet\b|\bset(?:ting)?\b|\bmixed up\b",
    re.I,
)
CHOSEN = re.compile(rf"(?<![A-Za-z\d·*/^(-])(?P<name>σ\^2|σ)\s*(?:=|is)\s*(?P<value>{_NUMBER})(?![\w/^])")
FAR = -1  # the place of a D that stands before the sentence
SLACK = 1e-9


@dataclass(frozen=True)
class Scale:
    """A quantity as factor · (σ²)^power."""

    says: str
    power: float
    factor: float = 1.0

    def at(self, width: float) -> float:
        """Its value where σ² = √D."""
        return float(self.factor * math.sqrt(width) ** self.power)


OF_SCORES = re.compile(
    r"\b(?:scores?|(?:inner|dot|scalar) products?)\b|q(?:_\w)?\s?·\s?k", re.I
)  # which spread by D
OF_LAW = re.compile(
    r"N\(0|\b(?:each|every|per|single) (?:entry|component|coordinate|element)\b|\b(?:law|distribution|frequenc(?:y|ies)|directions?)\b|\bdrawn\b",
    re.I,
)  # of which "the variance" may be as well
DEVIATION, VARIANCE = Scale("σ", 0.5), Scale("σ²", 1.0)
GREEK = {"β": "beta", "γ": "gamma", "λ": "lambda"}


def bandwidth_claims(plain: str, document: Document, before: str = "") -> Iterator[Spanned]:
    """(start, end, ruling) of what a sentence in plain signs makes of σ² = √D; `before` is the text of its section.

    >>> document = Document.of("With σ^2 = √D and β = 1/σ^2 we have softmax.")
    >>> told = "For D = 16 we get β = 0.25 and an entry of w has variance 1/2."
    >>> [judged.ruling.value for _, _, judged in bandwidth_claims(told, document)]
    ['verified', 'refuted']
    """
    widths = _widths(plain, before)
    if not document.tied or not widths:
        return
    for found in SYMBOLS.finditer(plain):
        scale = _scale(found.group("name"), document)
        if scale is not None:
            yield from _ruled(plain, found, (scale,), widths)
    if not CONDITION.search(plain):
        for found in ENTRIES.finditer(plain):
            yield from _ruled(plain, found, (_of_entries(found),), widths)
    for found in NAMED.finditer(plain):
        yield from _ruled(plain, found, _named(plain, found, before), widths)
    listed = LISTED.search(plain)
    scale = _scale(listed.group("name"), document) if listed is not None else None
    if scale is not None:
        for found in GIVES.finditer(plain):
            yield from _ruled(plain, found, (scale,), [(found.start(), float(found.group("width")))])
    for found in EXPONENT.finditer(plain):
        yield from _exponent(plain, found, widths)


def _widths(plain: str, before: str) -> list[tuple[int, float]]:
    """Each D of a sentence with its place; else the one D of its section."""
    widths = [(found.start(), float(found.group("value"))) for found in WIDTH.finditer(plain)]
    far = {float(found.group("value")) for found in WIDTH.finditer(before)}
    if widths or len(far) != 1:
        return widths
    width = far.pop()
    chosen = [(found.group("name"), literal_of(found.group("value"))) for found in CHOSEN.finditer(before)]
    for name, literal in chosen:
        scale = DEVIATION if name == "σ" else VARIANCE
        if literal is None or literal.against(np.asarray(scale.at(width))) is not Match.AGREES:
            return []
    return [(FAR, width)]


def _of_entries(found: re.Match[str]) -> Scale:
    return Scale("1/σ", -0.5) if found.group("what").lower() != "variance" else Scale("1/σ²", -1.0)


def _named(plain: str, found: re.Match[str], before: str) -> tuple[Scale, ...]:
    """What `variance` and `standard deviation` may be of: the kernel, or the entries of which the text has spoken."""
    if re.search(
        r"\bof\b.{0,30}\bhas\b|\bentr|\bcomponent|\bcoordinate|\bestimate|\btheir\b",
        plain[max(0, found.start() - 40) : found.start()],
    ) or OF_SCORES.search(plain):
        return ()
    what = found.group("what").lower()
    scale = VARIANCE if "variance" in what or "σ^2" in found.group() else DEVIATION
    told = f"{before} {plain[: found.start()]}"
    entries = list(ENTRY.finditer(told))
    if not entries and not OF_KERNEL.search(found.group()) and OF_LAW.search(told):
        return _of_entries(found), scale
    if OF_KERNEL.search(found.group()) or not entries:
        return (scale,) if re.search(_IS, found.group()) else ()
    both = (_of_entries(found), scale)
    return both if OF_KERNEL.search(told, entries[-1].end()) else (_of_entries(found),)


def _scale(name: str, document: Document) -> Scale | None:
    if name in {"σ", "σ^2"}:
        return DEVIATION if name == "σ" else VARIANCE
    factor = document.precisions.get(GREEK[name])
    return None if factor is None else Scale(name, -1.0, 1 / factor)


def _width_at(start: int, widths: list[tuple[int, float]]) -> float:
    """The D that is meant at a place: the last before it, else the first after it."""
    before = [value for at, value in widths if at < start]
    return before[-1] if before else widths[0][1]


def _ruled(
    plain: str,
    found: re.Match[str],
    scales: tuple[Scale, ...],
    widths: list[tuple[int, float]],
) -> Iterator[Spanned]:
    """The ruling on a value by one of the scales that it may be of."""
    stated = [
        literal_of(value, near="≈" in found.group() or "about" in found.group())
        for value in found.group("value", "again")
        if value
    ]
    literals = [one for one in stated if one is not None and one.value.size == 1]
    if not scales or len(literals) < len(stated):
        return
    start = found.start()
    width = (
        widths[0][1]
        if len(widths) == 1
        else _width_at(found.end() if "width" in found.groupdict() else start, widths)
    )
    told = f"with σ² = √D and D = {exactly(width)}"
    matches = [[literal.against(np.asarray(scale.at(width))) for literal in literals] for scale in scales]
    for scale, match in zip(scales, matches, strict=True):
        if all(one is Match.AGREES for one in match):
            says = f"{told} it is {exactly(scale.at(width))}"
            yield start, found.end(), verified(Kind.ARITHMETIC, says, Method.COUNT)
            return
    clashes = all(Match.CLASHES in match for match in matches)
    if clashes and len(scales) == 1 and _is_result(plain, found, widths):
        exact, shown = exactly(scales[0].at(width)), found.group("value")
        witness = {"D": exactly(width), "computed": exact, "stated": shown}
        says = f"{told} it is {exact}, not {shown}"
        yield start, found.end(), refuted(Kind.ARITHMETIC, says, Method.COUNT, witness)


def _is_result(plain: str, found: re.Match[str], widths: list[tuple[int, float]]) -> bool:
    """Whether a value is worked out from D, and not chosen beside it: `with D = 4 and σ = 1`."""
    start, end = found.span()
    if UNREAL.search(plain):
        return False
    if widths[0][0] == FAR:
        return ENTRIES.match(plain, start) is not None
    if GIVES.match(plain, start):
        return True
    behind = [at for at, _ in widths if at < start]
    if not behind:
        return bool(re.search(r"\b(?:for|at|with|when)\s+[dD]\s*=", plain[start:]))
    return bool(VERB.search(plain[behind[-1] : end]))


def follows_from_width(before: str) -> bool:
    """Whether the words before a value work it out from D: `D = 64 gives σ =`, but not `with D = 4 and σ =`.

    >>> follows_from_width("for D = 64 that gives "), follows_from_width("with D = 4 and ")
    (True, False)
    """
    widths = list(WIDTH.finditer(before))
    return bool(widths) and VERB.search(before[widths[-1].end() :]) is not None


def _exponent(plain: str, found: re.Match[str], widths: list[tuple[int, float]]) -> Iterator[Spanned]:
    """`the exponent of the Gaussian is −‖q − k‖²/16`: for random q and k."""
    width = _width_at(found.start(), widths)
    rulings = []
    for tree in trees_of(found.group("value")):
        values = [_both(tree, width, seed) for seed in range(3)]
        known = [one for one in values if one is not None]
        if len(known) < len(values):
            return
        rulings.append((all(abs(a - b) <= SLACK * max(1.0, abs(a)) for a, b in known), known[0]))
    if not rulings:
        return
    ratio = rulings[0][1][1] / rulings[0][1][0]
    says = f"with σ² = √D and D = {exactly(width)} it is −‖q − k‖²/{exactly(2 * math.sqrt(width))}"
    if any(holds for holds, _ in rulings):
        yield found.start(), found.end("value"), verified(Kind.ARITHMETIC, says, Method.NUMERIC)
    elif not UNREAL.search(plain):
        witness = {
            "D": exactly(width),
            "stated": found.group("value").strip(),
            "stated / right": exactly(ratio),
        }
        yield found.start(), found.end("value"), refuted(Kind.ARITHMETIC, says, Method.NUMERIC, witness)


def _both(tree: Expression, width: float, seed: int) -> tuple[float, float] | None:
    random = np.random.default_rng(seed)
    points: dict[tuple[str, int | None], Array] = {
        (name, None): random.normal(size=3) for name in ("q", "k", "x", "y")
    }
    example = Example(vectors=points, sizes={"D": width})
    reading = Reading(Kernel.GAUSSIAN, math.sqrt(width), math.sqrt(width), False)
    attention = Attention(example, points, reading, Letters())
    try:
        value = evaluate(tree, attention.look)
    except Unknown:
        return None
    pairs = [("q", "k"), ("x", "y")]
    used = pairs[1] if "x" in names(tree) else pairs[0]
    exact = -attention.squared(points[used[0], None], points[used[1], None]) / (2 * math.sqrt(width))
    return (exact, float(value.ravel()[0])) if value.size == 1 else None


__all__ = ["bandwidth_claims", "follows_from_width"]
