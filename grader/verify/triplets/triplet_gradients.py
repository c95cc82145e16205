# ruff: noqa: E501 -- a pattern, a table row or a sentence stays on one line
"""Gradients of the triplet loss under any letters: ∇_a = 2(n − p), ∇_p = 2(p − a), ∇_n = 2(a − n) where it is positive.

The loss is the one that the text writes before, ‖a − p‖² − ‖a − n‖² + α (Schroff et al. 2015, equation 3). Its
gradients are linear in the three embeddings, so that an equation between them holds if it holds entry by entry.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from grader.verify.claim import Judged, Kind, Method, refuted, verified
from grader.verify.grammar.notation import ascii_form
from grader.verify.grammar.reader import read_expression
from grader.verify.grammar.syntax import Expression, Unreadable, names
from grader.verify.worlds.settings import Clash, Setting, Undecidable
from grader.verify.worlds.world import World

LONGEST_TEXT = 400
POINT = r"(?:\\?[a-zA-Z]+\s*\(\s*[a-zA-Z](?:_\{?\w+\}?)?(?:\^\{?(?:[\w()]+|[+-])\}?)?\s*\)|[a-zA-Z](?:_\{?\w+\}?)?(?:\^\{?[a-z+-]\}?)?)"
BARS = r"\\\|"
SQUARED = r"(?:_\{?2\}?)?\s*\^\s*\{?2\}?(?:_\{?2\}?)?"
LOSS = re.compile(
    rf"(?P<factor>\S{{0,24}}?)\s*{BARS}\s*(?P<a1>{POINT})\s*-\s*(?P<a2>{POINT})\s*{BARS}{SQUARED}\s*-\s*{BARS}\s*(?P<b1>{POINT})\s*-\s*(?P<b2>{POINT})\s*{BARS}{SQUARED}"
)
OF_LOSS = r"(?:\s*(?:\\mathcal\s*\{?\s*[LJ]\s*\}?|\\ell|\\operatorname\{loss\}|\\text\{loss\}|\\mathrm\{loss\}|[LlJT])(?:_\{?\w+\}?)?(?:\s*\([^()=]{1,12}\))?)"
OTHER_LOSS = re.compile(
    r"\b(?:averag\w+|mean|batch|half|proportional|direction|project\w*|tangent\w*|riemann\w*|up to|per dimension|update|step|easy|inactive|satisfied|zero loss|contrastive|plain distance|without the square|not squared|softplus|cosine)\b|\\propto|\\approx",
    re.IGNORECASE,
)
SCALED = re.compile(r"frac|/|\d\s*$|\\lambda|\\mathbb|\bE\b|²")
VALUES = ({"x": 1.0, "y": 3.0, "z": 7.0}, {"x": 2.0, "y": -1.0, "z": 0.5}, {"x": 0.0, "y": 1.0, "z": 0.0})
_DISTANCE = r"(?:[A-Za-z]|\\[a-z]+|δ|ρ)\s*(?:\(\s*(?P<{0}1>[a-z])\s*,\s*(?P<{0}2>[a-z])\s*\)|_\s*\{{?\s*(?P<{0}3>[a-z])\s*,?\s*(?P<{0}4>[a-z])\s*\}}?)"
SHORT_LOSS = re.compile(
    rf"(?:=|\[|\(\s*0\s*,|\brelu\s*\(|\bmax\s*\()\s*(?:\\[,!;:]\s*)?(?:\\max\S{{0,4}}\s*)?{_DISTANCE.format('x')}\s*-\s*{_DISTANCE.format('y')}\s*\+\s*(?P<margin>\\[a-z]+|[a-zα-ω]|0?\.\d+)"
)
IN_SQUARES = re.compile(r"\bsquared (?:euclidean )?distances?\b", re.I)
GRADIENTS = {"x": "(2*(z-y))", "y": "(2*(y-x))", "z": "(2*(x-z))"}


@dataclass(frozen=True)
class Triplet:
    """How a text spells the embeddings of the anchor, the positive and the negative."""

    anchor: str
    positive: str
    negative: str


def judge(text: str, sentence: str, about: str) -> Judged | None:
    """A ruling on an equation about the gradients of the triplet loss; None for anything else."""
    if len(text) > LONGEST_TEXT or not re.search(r"\\nabla|∇|\\partial|∂|\bd\s*\\?ell", text):
        return None
    parts = re.split(r"(?<![<>!:])(?::=|=)", _plain(text).replace("&", " "))
    read = [
        (triplet, sides)
        for triplet in _spellings(text, f"{about} {sentence}")
        if len(parts) > 1 and None not in (sides := [_side(part, triplet) for part in parts])
    ]
    if len(read) != 1:
        return None
    triplet, found_sides = read[0]
    trees = [side for side in found_sides if side is not None]
    found = [[_value(tree, at) for at in VALUES] for tree in trees]
    if any(value is None for values in found for value in values):
        return None
    values = np.array(found, dtype=float)
    spelled = f"{triplet.anchor}, {triplet.positive}, {triplet.negative}"
    if all(np.allclose(one, other) for one, other in pairwise(values)):
        if not np.any(np.abs(values) > 0) and len(names(trees[0])) < 2:
            return None
        says = f"it follows from ‖a−p‖² − ‖a−n‖² + α with {spelled} as anchor, positive and negative"
        return verified(Kind.IDENTITY, says, Method.SYMBOLIC)
    if OTHER_LOSS.search(sentence) or any(not np.any(one) for one in values):
        return None
    at = next(place for place in range(len(VALUES)) if not np.allclose(values[:, place], values[0, place]))
    numbers = {
        name: VALUES[at][letter]
        for name, letter in zip((triplet.anchor, triplet.positive, triplet.negative), "xyz", strict=True)
    }
    witness = {**numbers, "values of the sides": [round(float(one), 6) for one in values[:, at]]}
    says = (
        "the gradients of ‖a−p‖² − ‖a−n‖² + α are 2(n−p) for the anchor, 2(p−a) for the positive, 2(a−n) for the "
        f"negative: with {', '.join(f'{name} = {value:g}' for name, value in numbers.items())} in one dimension the sides are "
        f"{', '.join(f'{value:g}' for value in values[:, at])}"
    )
    return refuted(Kind.IDENTITY, says, Method.NUMERIC, witness)


USUAL = (Triplet("a", "p", "n"), *(Triplet(f"{f}(a)", f"{f}(p)", f"{f}(n)") for f in "fgh"))
SQUARES = re.compile(r"\bsquared\b|\^\s*\{?2|²|\bfacenet", re.IGNORECASE)
PLAIN = re.compile(r"\b(?:plain|unsquared|not squared|without (?:the )?squares?)\b", re.IGNORECASE)


def _spellings(formula: str, text: str) -> list[Triplet]:
    """How the triplet's embeddings may be spelled in a formula: as in the text's loss, else a, p and n."""
    known = triplets_in(text)
    implied = re.search(r"\btriplets?\b", text, re.IGNORECASE) and SQUARES.search(text)
    usual = USUAL if implied and not PLAIN.search(text) else ()
    if known or LOSS.search(_plain(text)):
        others = [*known, *spelled_otherwise(formula, text)]
        # a loss of f(a), f(p), f(n) whose gradients are written with a, p and n
        return list(dict.fromkeys((*others, *usual))) if known else others
    return list(usual)


def triplets_in(text: str) -> list[Triplet]:
    """The spellings of the one triplet loss that a text writes without a factor; none if it writes different ones.

    >>> triplets_in(r"$\\|f(a)-f(p)\\|_2^2 - \\|f(a)-f(n)\\|_2^2 + \\alpha$")
    [Triplet(anchor='f(a)', positive='f(p)', negative='f(n)')]
    """
    found: set[Triplet] = set()
    plain = _plain(text)
    for loss in LOSS.finditer(plain):
        first = {_point(loss.group(key)) for key in ("a1", "a2")}
        second = {_point(loss.group(key)) for key in ("b1", "b2")}
        shared = first & second
        if len(shared) != 1 or len(first) != 2 or len(second) != 2:
            continue
        before = plain[max(loss.start() - 40, 0) : loss.start()] + loss.group("factor")
        if SCALED.search(re.split(r"[=$;]", before)[-1]):
            continue
        found.add(Triplet(shared.pop(), (first - second).pop(), (second - first).pop()))
    if len(found) > 1:
        return []
    if not found and (re.search(rf"{BARS}{SQUARED}", plain) or IN_SQUARES.search(text)):
        short = short_losses(text)
        if len(short) == 1:
            a, p, n, _ = short.pop()
            return [Triplet(a, p, n), *(Triplet(f"{f}({a})", f"{f}({p})", f"{f}({n})") for f in "fgh")]
    return list(found)


def short_losses(text: str) -> set[tuple[str, str, str, str]]:
    """The anchor, the positive, the negative and the margin of each loss that a text writes by distances.

    >>> short_losses("The loss of $(a,p,u)$ is $\\\\max(0, D(a,p) - D(a,u) + \\\\mu)$.")
    {('a', 'p', 'u', '\\\\mu')}
    """
    out: set[tuple[str, str, str, str]] = set()
    for found in SHORT_LOSS.finditer(_plain(text)):
        first, second = ({found[f"{key}{at}"] for at in (1, 2, 3, 4)} - {None} for key in "xy")
        if len(first) == len(second) == 2 and len(first & second) == 1:
            anchor = (first & second).pop()
            out.add((anchor, (first - {anchor}).pop(), (second - {anchor}).pop(), found["margin"]))
    return out


ROLES = ("a", "p", "n")
# one embedding of a triplet, however it is written: a, x_a, f^p, f(x_i^n), h(a_i)
EMBEDDING = re.compile(
    r"(?<![A-Za-z\\_^])(?P<whole>(?P<map>\\?[A-Za-z]+\s*\(\s*)?(?:[a-zA-Z]\s*(?:_\s*\{?\s*[ijt]\s*\}?\s*)?[_^]\s*\{?\s*(?P<paren>\(\s*)?)?(?P<role>[apn])(?![A-Za-z])(?:\s*_\s*\{?\s*[ijt]\s*\}?)?(?(paren)\s*\))\s*\}?(?(map)\s*\)))"
)


def spelled_otherwise(formula: str, text: str) -> list[Triplet]:
    """The triplet of the text's one loss as a formula spells it that has another notation: f^a for f(x_i^a).

    The letters a, p and n have to tell the anchor, the positive and the negative in both.

    >>> spelled_otherwise(r"\\nabla_{f^a} = 2(f^n - f^p)", r"$\\|f(x^a)-f(x^p)\\|^2 - \\|f(x^a)-f(x^n)\\|^2 + \\alpha$")
    [Triplet(anchor='f^a', positive='f^p', negative='f^n')]
    """
    known = triplets_in(text)
    if not known or any(_roles(triplet) != ROLES for triplet in known):
        return []
    found: dict[str, set[str]] = {}
    for embedding in EMBEDDING.finditer(_plain(formula)):
        whole = re.sub(r"[\s{}]", "", embedding.group("whole"))
        if whole.count("(") == whole.count(")"):
            found.setdefault(embedding.group("role"), set()).add(_point(whole))
    if any(len(spellings) != 1 for spellings in found.values()) or len(found) < 2:
        return []
    shapes = {_shape(min(spellings), role): role for role, spellings in found.items()}
    if len(shapes) != 1:
        return []
    shape = next(iter(shapes))
    made = Triplet(*(shape.replace("?", role) for role in ROLES))
    return [made] if made not in known else []


def _shape(spelled: str, role: str) -> str:
    """A spelling with a mark for the letter that tells which of the three it is, which is the last one."""
    return "?".join(spelled.rsplit(role, 1))


def _roles(triplet: Triplet) -> tuple[str, ...]:
    """The letters among a, p, n by which the three embeddings differ."""
    out: list[str] = []
    for spelled in (triplet.anchor, triplet.positive, triplet.negative):
        roles = re.findall(r"(?<![A-Za-z])[apn](?![A-Za-z])", spelled)
        out.append(roles[-1] if roles else "")
    return tuple(out)


BY = r"\b(?:with respect to|w\.?\s?r\.?\s?t\.?|for|at|of|by|in) (?:the )?(?:embedding of the )?(?P<{0}>anchor|positive|negative)(?:'s)?(?: embedding| example| point)?(?: \$?[^\s$.;]{{1,16}}\$?)?"
IN_WORDS = re.compile(
    rf"(?:\b(?:gradient|derivative)s?\b(?:(?!\b(?:term|part|summand|distance|norm|first|second|plain|only)\b)[^.;:=]){{0,70}}?{BY.format('role')}|{BY.format('first')},? (?:the|its) (?:gradient|derivative)(?: of the loss)?)"
    r"(?: then| thus| simply)*(?: is| equals| reads|:| becomes| =)(?: then| thus| simply| just)* \$?(?P<formula>[^$.;,:=]*?[-−][^$.;,:=]*?)\$?(?=\s*(?:[.,;:]|$|\band\b|\b(?:when|whenever|if|where|while|as long)\b))",
    re.IGNORECASE,
)


# ∂L/∂a = 2(n − p) amid the words
AMID_WORDS = re.compile(
    r"(?<![\w$])∂\s*(?:L|ℓ|[Ll]oss)?\s*/\s*∂\s*(?P<by>[a-z](?:\([a-z]\))?)\s*=\s*(?P<formula>[-−]?\s*(?:\d\s*)?\(?[a-z](?:\([a-z]\))?\s*[-−][^=.;,$]*?)(?=\s*(?:[.,;:$]|$|\band\b|\b(?:when|whenever|if|where|while)\b))"
)


def in_words(text: str, sentence: str, about: str) -> Iterator[tuple[int, int, Judged]]:
    """`The gradient with respect to the anchor is 2(n − p)`, for the one loss that the text writes."""
    around = f"{about} {sentence}"
    for found in AMID_WORDS.finditer(text):
        if text[: found.start()].count("$") % 2 == 0:
            ruling = judge(rf"\nabla_{{{found.group('by')}}} = {found.group('formula')}", sentence, about)
            if ruling is not None:
                yield found.start(), found.end(), ruling
    for found in IN_WORDS.finditer(text):
        formula = found.group("formula").strip()
        for triplet in _spellings(formula, around):
            by = getattr(triplet, (found.group("role") or found.group("first")).lower())
            ruling = judge(rf"\nabla_{{{by}}} = {formula}", sentence, about)
            if ruling is not None:
                yield found.start(), found.end(), ruling
                break


def _point(spelled: str) -> str:
    """An embedding without the triplet's number: f(a_i) as f(a)."""
    return re.sub(r"(?<=[a-z])_\{?[ijt]\}?(?=\)|$)", "", re.sub(r"\s", "", spelled))


def _plain(text: str) -> str:
    plain = re.sub(r"\\(?:lVert|rVert|Vert)\b", r"\\|", ascii_form(text))
    plain = re.sub(r"\\(?:left|right|[bB]igg?[lrm]?)(?![a-z])|\\[,;!:]|\\qquad|\\quad", " ", plain)
    plain = re.sub(r"\|\|", r"\\|", plain).replace("∂", r"\partial ").replace("∇", r"\nabla ")
    plain = re.sub(r"\^\s*\{\s*([A-Za-z]|[+-])\s*\}", r"^\1", plain)
    return re.sub(r"\\(?:mathbf|boldsymbol|vec)\s*\{([A-Za-z])\}", r"\1", plain).strip().rstrip(".,;")


def _side(part: str, triplet: Triplet) -> Expression | None:
    """One side with the gradients and the embeddings replaced, x for the anchor, y and z for the others."""
    spelled = re.sub(r"\s+", " ", part)
    for letter, point in zip("xyz", (triplet.anchor, triplet.positive, triplet.negative), strict=True):
        name = r"\s*".join(map(re.escape, point))
        value = f" @{letter} "
        spelled = re.sub(
            rf"\\nabla\s*_\s*(?:\{{\s*{name}\s*\}}|{name}(?:(?![A-Za-z(_])|(?=[LlJ](?![A-Za-z])))){OF_LOSS}?(?=\s*(?:[-+=)]|$))",
            value,
            spelled,
        )
        spelled = re.sub(
            rf"\\[td]?frac\s*\{{\s*(?:\\partial|d){OF_LOSS}\s*\}}\s*\{{\s*(?:\\partial|d)\s*{name}\s*\}}",
            value,
            spelled,
        )
        spelled = re.sub(rf"\\partial\s*{OF_LOSS}\s*/\s*\\partial\s*{name}(?![A-Za-z(_])", value, spelled)
    if re.search(r"\\nabla|\\partial|∂", spelled):
        return None
    for letter, point in zip("xyz", (triplet.anchor, triplet.positive, triplet.negative), strict=True):
        name = r"\s*".join(map(re.escape, point))
        spelled = re.sub(rf"(?<![A-Za-z@\\]){name}(?![A-Za-z(_])", f" #{letter} ", spelled)
    spelled = re.sub(r"@([xyz])", lambda found: GRADIENTS[found.group(1)], spelled)
    # letters that are left over are no embeddings
    if re.search(r"[A-Za-z\\]", re.sub(r"#[xyz]|\(2\*\([xyz]-[xyz]\)\)", "", spelled)):
        return None
    try:
        tree = read_expression(spelled.replace("#", ""))
    except Unreadable:
        return None
    return tree if names(tree) <= {"x", "y", "z"} else None


def _value(tree: Expression, at: Mapping[str, float]) -> float | None:
    try:
        return World(Setting(), 1).number(tree, {name: np.asarray(value) for name, value in at.items()})
    except (Clash, Undecidable):
        return None


__all__ = ["Triplet", "in_words", "judge", "short_losses", "spelled_otherwise", "triplets_in"]
