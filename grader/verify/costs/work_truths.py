# ruff: noqa: E501 -- a pattern stays on one line
"""What a stated cost has to be by the formula, or by the shapes, that stand beside it.

`$\\phi(q_i) S$: $1 \\times L$ times $L \\times M$, cost $O(LM)$`; the same N times over where the words go on to all
tokens.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from grader.verify.costs.work_words import kept_said, work_said
from grader.verify.costs.works import Shapes, Unpriced, Work, area, multiplied, sides_of, size, work_of
from grader.verify.grammar.reader import read_chain
from grader.verify.grammar.syntax import Expression, Product, Quotient, Symbol, Unreadable, names
from grader.verify.scope.growth import Cost, Polynomial, plus, times

MARKED = re.compile(r"\$+(?P<one>[^$]+)\$+|\\\((?P<two>.+?)\\\)|`(?P<three>[^`]+)`")
PLAIN = re.compile(
    r"(?<![\w$])(?:[\[(]?(?:[φψϕ]|[QKVSZWX](?![a-z])|[qkvzwe](?=[_ᵀ₀-ₙ·(])|∑|Σ|‖)\S*)(?:\s?[=+·*]?\s?(?:[φψϕ(]|[QKVSZWX](?![a-z])|[qkvzwe](?=[_ᵀ₀-ₙ·(])|∑|Σ|‖)\S*)*"
)
MAKES = re.compile(
    r"\b(?:comput|calculat|build|form|accumulat|evaluat|updat|maintain|construct|obtain|get|mak|precomput|find)\w*(?:\s+of)?(?:\s+(?:the|all|every|each|one|a|of|sums?|matrix|matrices|vectors?|states?|weights?|factors?|numbers?))*\s*$",
    re.I,
)
UPDATES = re.compile(r"\bupdat\w*(?:\s+of)?(?:\s+(?:the|each|every|state|matrix|vector|of))*\s*$", re.I)
GIVEN = re.compile(
    r"\b(?:given|once|after|from|using|with|besides|than|instead of|reusing|reuse|without|if|when|for|where|since|because|by|have|has|needs?|knowing|times|into|and|of (?:size|shape))(?:\s+(?:the|all|every|each|a|an|precomputed|stored|matrix|vector|state|sums?|features?|weights?|key|that))*\s*$",
    re.I,
)
MULTIPLIED = re.compile(
    r"\b(?:multipl\w+|product of|tim(?:es|ing))\s+(?:the\s+)?(?:\w+\s+){0,2}?(?P<left>FORMULA|it|this|that|the result)\s+(?:(?:\w+\s+){0,2}?(?:by|with|and|to|times|onto)\s+)(?:the\s+|all\s+)?(?:\w+\s+){0,2}?(?P<right>FORMULA)",
    re.I,
)
BETWEEN = frozenset(
    [
        "a",
        "an",
        "the",
        "is",
        "are",
        "was",
        "it",
        "this",
        "that",
        "which",
        "so",
        "thus",
        "hence",
        "i",
        "e",
        "ie",
        "costs",
        "cost",
        "costing",
        "takes",
        "take",
        "taking",
        "needs",
        "need",
        "requires",
        "require",
        "uses",
        "at",
        "each",
        "per",
        "for",
        "every",
        "one",
        "single",
        "all",
        "in",
        "total",
        "time",
        "work",
        "operations",
        "operation",
        "multiplications",
        "flops",
        "big",
        "o",
        "of",
        "and",
        "step",
        "matrix",
        "matrices",
        "vector",
        "vectors",
        "row",
        "rows",
        "column",
        "columns",
        "product",
        "products",
        "times",
        "by",
        "with",
        "shape",
        "size",
        "length",
        "scalar",
        "dense",
        "full",
        "asymptotically",
        "only",
        "also",
        "again",
        "just",
        "about",
        "roughly",
        "whose",
        "computation",
        "computing",
        "matmul",
        "first",
        "finally",
        "next",
        "step",
        "compute",
        "scores",
        "similarity",
        "projections",
        "numerators",
        "denominators",
        "update",
        "multiply",
        "multiplying",
        "forming",
        "building",
        "explicitly",
        "directly",
        "already",
        "sums",
        "sum",
        "both",
        "two",
        "features",
        "with",
        "these",
        "them",
        "we",
        "pay",
        "spend",
        "costing",
        "giving",
        "gives",
        "namely",
        "query",
        "queries",
        "key",
        "keys",
        "value",
        "values",
        "token",
        "tokens",
        "position",
        "positions",
        "i",
        "j",
        "t",
        "n",
        "inner",
        "outer",
        "dot",
        "entry",
        "entries",
        "array",
        "resulting",
        "numerator",
        "denominator",
    ]
)


@dataclass(frozen=True)
class Found:
    """The work that words name, the words that name it, and whether nothing strange stands behind them."""

    work: Work
    words: str
    adjacent: bool
    every: bool = False  # "all β_j"
    each: bool = False  # "each w·x"


def found_in(
    words: str, shapes: Shapes, before: str = "", *, kept: bool = False, made: bool = False
) -> Found | None:
    """The work that words name last: a formula that stands there, or shapes that they tell.

    `kept` asks for the numbers that it takes; `made` says that what is named is made.
    """
    masked, trees = _masked(words)
    product = None if kept else _multiplied(masked, trees, shapes, before) or _added(masked, trees, shapes)
    if product is not None:
        return product
    said = None if kept else work_said(_without(words, trees, shapes), shapes.letters)
    named = [number for number, (start, *_) in enumerate(trees) if MAKES.search(masked[:start])]
    for number, (start, end, text, chain) in reversed(list(enumerate(trees))):
        lead = masked[:start]
        if named and number != named[-1]:
            continue  # what is made is what costs: "accumulating S with the weights e_j"
        if GIVEN.search(lead) and not MAKES.search(lead) and number:
            continue
        work = _work_of(chain, lead, shapes, kept=kept, made=made or not _strange(lead))
        if work is None:
            continue
        if number and AND.fullmatch(masked[trees[number - 1][1] : start]):
            other = _work_of(trees[number - 1][3], lead, shapes, kept=kept, made=True)
            if other is not None:
                work = Work(plus(dict(work.operations), dict(other.operations)), work.sides, work.tokens)
                if kept:
                    work = Work({}, (plus(area(work.sides), area(other.sides)),), work.tokens)
        if PART_OF.search(lead) or (GOES_ON.match(masked[end:]) and KEEPS.search(lead)):
            return None
        if said is None:
            adjacent = not _strange(masked[end:]) and not _strange(MAKES.sub(" ", _clause(lead)))
            every, each = bool(EVERY.search(lead) and work.tokens), bool(EACH.search(lead))
            return Found(work, text, adjacent, every, each)
        if set(said.once.terms) == set(work.once.terms):
            return Found(work, text, adjacent=True)
        return Found(said, words.strip(" :,.$"), adjacent=False)
    if said is not None:
        return Found(said, words.strip(" :,.$"), adjacent=True)
    if kept and (sides := kept_said(words, shapes.letters)) is not None:
        return Found(Work(area(sides), sides), words.strip(" :,.$"), adjacent=True)
    return None


PART_OF = re.compile(
    r"\b(?:rows?|entry|entries|columns?|elements?|components?|terms?|half|diagonal|blocks?)\s+of\s+(?:the\s+)?$",
    re.I,
)
# "the causal variant keeps the sums S_i, and costs ...": the variant does
KEEPS = re.compile(r"\b(?:keeps?|uses?|maintains?|updates?|stores?|carries|replaces?)\b", re.I)
GOES_ON = re.compile(
    r"(?:[\s$]*(?:and|,)[\s$]*FORMULA)*[\s$]*,\s*(?:and|so|but|which)\b(?!\s*(?:the|its|this|that)\b)", re.I
)
EACH = re.compile(r"\b(?:each|every|one|a single)\s+(?:\w+\s+)?$", re.I)
EVERY = re.compile(r"\ball\s+(?:of\s+)?(?:the\s+)?(?:\w+\s+)?$", re.I)
AND = re.compile(r"\W*(?:and|,|&|\+)\W*")
ADDED = re.compile(
    r"\badd(?:ing|s|ed)?\b[^.;]{0,40}?\b(?:to|into|onto)\s+(?:the\s+)?(?:\w+\s+){0,2}?(?P<to>FORMULA)", re.I
)


def _without(words: str, trees: list[tuple[int, int, str, tuple[Expression, ...]]], shapes: Shapes) -> str:
    """The words without their formulas, but with the sizes that they give."""
    for _, _, text, parts in trees:
        if not _is_size(parts[-1], shapes):
            words = words.replace(text, " ")
    return words


def _clause(words: str) -> str:
    """The last clause of some words."""
    return re.split(r"[.;:,]\s|\b(?:and|then|so)\b", words)[-1]


def _strange(words: str) -> list[str]:
    """Words that are none of those that join a formula to its cost."""
    found = re.findall(r"[A-Za-z][a-z]+", words.replace("FORMULA", " "))
    return [word for word in found if word.lower() not in BETWEEN]


def _added(
    masked: str, trees: list[tuple[int, int, str, tuple[Expression, ...]]], shapes: Shapes
) -> Found | None:
    """`adding it to $S$`: one addition for each entry."""
    found = ADDED.search(masked)
    if found is None:
        return None
    for start, _, text, parts in trees:
        if start == found.start("to"):
            sides = sides_of(parts[-1], shapes)
            if sides:
                return Found(
                    Work(area(sides), sides, frozenset({"i"})), f"an addition to {text}", adjacent=True
                )
    return None


def _masked(words: str) -> tuple[str, list[tuple[int, int, str, tuple[Expression, ...]]]]:
    """The words with their formulas replaced, and the formulas with their places there."""
    spans = [(m.start(), m.end(), next(g for g in m.groups() if g)) for m in MARKED.finditer(words)]
    taken = [(a, b) for a, b, _ in spans]
    for found in PLAIN.finditer(words):
        if not any(a < found.end() and found.start() < b for a, b in taken):
            text = found.group().rstrip(".,;: ")
            spans.append((found.start(), found.start() + len(text), text))
    out, trees, at = "", [], 0
    for start, end, text in sorted(spans):
        out += words[at:start]
        at = end
        try:
            chain = read_chain(text.strip(" .,;:"))
        except Unreadable:
            out += text
            continue
        place = len(out)
        out += "FORMULA"
        if not all(relation in {"=", ":=", "~", "in"} for relation in chain.relations) or chain.open_left:
            continue
        parts = chain.parts[: chain.relations.index("in") + 1] if "in" in chain.relations else chain.parts
        trees.append((place, len(out), text, parts))
    return out + words[at:], trees


def _work_of(
    parts: tuple[Expression, ...], lead: str, shapes: Shapes, *, kept: bool, made: bool
) -> Work | None:
    """The work of an equation's right side; of a single symbol by what defines it, where it is made."""
    last = parts[-1]
    if kept:
        for part in parts:
            sides = sides_of(part, shapes) if not _is_size(part, shapes) else None
            if sides:
                free = frozenset(
                    index.name for index in getattr(part, "indices", ()) if isinstance(index, Symbol)
                )
                return Work(area(sides), sides, free)
        return None
    if len(parts) == 1 and isinstance(last, Symbol):
        if last.name in shapes.increments and (made or UPDATES.search(lead) or MAKES.search(lead)):
            sides = sides_of(last, shapes)
            added = work_of(shapes.increments[last.name], shapes)
            operations: Polynomial = dict(area(sides)) if sides else {}
            if added is not None:
                return Work(_sum(added.operations, operations), sides or (), added.tokens)
            return Work(operations, sides, frozenset({"i"})) if sides else None
        definition = shapes.definitions.get(last.name)
        if definition is None or last.name in shapes.increments or isinstance(definition.body, Quotient):
            return None
        return work_of(definition.body, shapes) if made or MAKES.search(lead) else None
    for part in reversed(parts):
        work = work_of(part, shapes) if not _is_size(part, shapes) else None
        if work is not None:
            return work
    return None


def _sum(left: Polynomial, right: Polynomial) -> Polynomial:
    return plus(dict(left), right)


def _is_size(part: Expression, shapes: Shapes) -> bool:
    """Whether a formula is of sizes alone: N × L, N²."""
    return names(part) <= {*shapes.letters, *"NDMLR"} - {"S", "Z", "Q", "K", "V", "W"}


def _multiplied(
    masked: str, trees: list[tuple[int, int, str, tuple[Expression, ...]]], shapes: Shapes, before: str
) -> Found | None:
    """`multiplying $A$ by $V$`, `multiplying it with $V$`: it is the last matrix that the text before speaks of."""
    found = MULTIPLIED.search(masked)
    if found is None:
        return None
    at = {start: (text, parts) for start, _, text, parts in trees if not _is_size(parts[-1], shapes)}
    right = at.get(found.start("right"))
    left = at.get(found.start("left"))
    if right is None:
        return None
    one: Expression | None = left[1][-1] if left is not None else None
    if one is None:
        earlier = found_in_before(before + masked[: found.start()], shapes)
        if earlier is None:
            return None
        work = Work({}, earlier)
        sides = sides_of(right[1][-1], shapes)
        try:
            made = multiplied(work, Work({}, sides)) if sides is not None else None
        except Unpriced:
            return None
        return (
            Found(made, f"the product with {right[0]}", True)
            if made is not None and made.operations
            else None
        )
    made = work_of(Product((one, right[1][-1]), ("",)), shapes)
    return Found(made, f"{left[0] if left else ''} times {right[0]}", True) if made is not None else None


def found_in_before(text: str, shapes: Shapes) -> tuple[Polynomial, ...] | None:
    """The shape of the last matrix that a text names."""
    _, trees = _masked(text)
    for _, _, _, parts in reversed(trees):
        if _is_size(parts[-1], shapes):
            continue
        sides = sides_of(parts[-1], shapes)
        if sides is not None and len(sides) == 2:
            return sides
    return None


def every_token(work: Work, once: Cost) -> Cost:
    """The cost of a work for all tokens: N times over, N² times where it is one for each pair."""
    total = dict(once.terms)
    for _ in range(max(len(work.tokens), 1)):
        total = times(total, size("N"))
    return Cost("", total)


__all__ = ["Found", "every_token", "found_in"]
