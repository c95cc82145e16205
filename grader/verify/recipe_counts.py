# ruff: noqa: E501 -- a pattern or a sentence stays on one line
"""The exact number of multiplications of random-feature attention, under any letters: 2NRD + 4NRM + 4NR.

The recipe: QWᵀ and KWᵀ, the key weights times φ(K), ψ(K)ᵀV, φ(Q)S and φ(Q)Z with feature vectors of length 2R;
divisions, sines, cosines, exponentials and norms are not counted.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from fractions import Fraction

from grader.verify.claim import Judged, Kind, Method, refuted, verified
from grader.verify.grammar import read_expression
from grader.verify.growth import Cost, cost_of, exactly, read_cost
from grader.verify.syntax import Unreadable

RECIPE = "2 N R D + 4 N R M + 4 N R"
EXACT = re.compile(r"\bexact(?:ly)?\b", re.IGNORECASE)
MULTIPLICATIONS = re.compile(
    r"\b(?:scalar )?multiplications?\b|\bmultiplies\b|\bmultiply-adds\b", re.IGNORECASE
)
OURS = re.compile(r"random[- ](?:fourier )?features?|random version|\brfa\b|\brff\b|frequenc|random (?:direction|projection)|\brecipe\b", re.I)  # fmt: skip
OTHERS = re.compile(r"soft-?max|polynomial|quadratic|\bQK|causal|recurs\w+|prefix|\bper (?:token|query|step|head)|\beach (?:token|step|query)|\bprojections?\b|\bdenominators?\b|\bnumerators?\b|\bone token\b|\bmore than\b|\bat least\b|\bat most\b|\bleading\b|\bmain terms?\b|\babout\b|\broughly\b", re.I)  # fmt: skip
SIGN = r"\s?(?:·|\\cdot|\*|\\,)?\s?"
LEAST_TERMS = 2


def recipe_claims(
    text: str, before: str, aliases: Mapping[str, str], stacked: bool
) -> Iterator[tuple[int, int, Judged]]:
    """Rule on the exact count that a sentence states. `stacked` says that the text's map has a sine and a cosine each.

    A count is refuted only if it is called exact, and only for its leading terms: what is counted of lower order, the
    key weights or the norms, differs between recipes.
    """
    if not MULTIPLICATIONS.search(text):
        return
    for found in _formula(aliases).finditer(text):
        try:
            tree = read_expression(found.group())
            claimed = cost_of(tree, "", dict(aliases))
        except Unreadable:
            continue
        if len(claimed.terms) < LEAST_TERMS or not {"N", "R"} <= set(claimed.variables):
            continue
        own = f"{text[: found.start()]} {text[found.end() :]}"
        about = f"{before[-1500:]} {own}"
        if not OURS.search(about) or OTHERS.search(re.sub(r"compared (?:with|to).*$", " ", own)):
            continue
        truth = read_cost(RECIPE, {})
        if exactly(claimed, truth):
            says = "2NRD for the projections, 2NR for the key weights, 2NRM for each of S and φ(Q)S, 2NR for φ(Q)Z"
            yield found.start(), found.end(), verified(Kind.COMPLEXITY, says, Method.COUNT)
        elif stacked and EXACT.search(text) and _leading(claimed) != _leading(truth):
            yield found.start(), found.end(), _wrong(claimed, truth)


def _formula(aliases: Mapping[str, str]) -> re.Pattern[str]:
    """A sum of products, or a product with a bracket, in the text's letters for the sizes."""
    letters = sorted(
        (re.escape(name) for name, size in aliases.items() if size in set("NDMRL")), key=len, reverse=True
    )
    spelled = [
        re.sub(r"_(\w+)$", r"_\\{?(?:\\\\text\\{|\\\\mathrm\\{)?\1\\}?\\}?", letter) for letter in letters
    ]
    atom = rf"(?:{'|'.join(spelled) or 'N'})"
    group = rf"\(\s?(?:\d{SIGN})?{atom}(?:\s?\+\s?(?:\d{SIGN})?(?:{atom}|\d))+\s?\)"
    product = rf"(?:\d{{1,2}}{SIGN})?{atom}(?:{SIGN}(?:{atom}|{group}))*"
    return re.compile(
        rf"(?<![\w\\^/({{=+·-]){product}(?:\s?\+\s?{product})+(?![\w^/({{²³])|(?<![\w\\^/({{=+·-])(?:\d{{1,2}}{SIGN})?{atom}(?:{SIGN}{atom})*{SIGN}{group}(?![\w^/({{²³])"
    )


def _leading(cost: Cost) -> dict[object, Fraction]:
    """The terms with three factors or more."""
    return {key: value for key, value in cost.terms.items() if sum(power for _, power in key) > LEAST_TERMS}


def _wrong(claimed: Cost, truth: Cost) -> Judged:
    sizes = {"N": 2, "D": 2, "M": 3, "R": 5}
    stated, right = (_at(cost, sizes) for cost in (claimed, truth))
    says = (
        f"projecting N queries and N keys on R directions takes 2NRD, ψ(K)ᵀV and φ(Q)S take 2NRM each with 2R features, the "
        f"key weights and φ(Q)Z 2NR each: {truth}; with N = 2, D = 2, M = 3, R = 5 that is {right}, and not {stated}"
    )
    return refuted(Kind.COMPLEXITY, says, Method.COUNT, {**sizes, "recipe": right, "stated": stated})


def _at(cost: Cost, sizes: Mapping[str, int]) -> int:
    total = Fraction(0)
    for key, value in cost.terms.items():
        product = value
        for name, power in key:
            product *= Fraction(sizes.get(name, 1)) ** int(power)
        total += product
    return int(total)


__all__ = ["recipe_claims"]
