# ruff: noqa: E501 -- a pattern stays on one line
"""What a statement gives to an example: vectors, sizes, lengths, feature maps, by names or by words."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from grader.verify.grammar.syntax import Call, Expression, Number, Power, Symbol, names
from grader.verify.worked.evaluation import Array
from grader.verify.worked.example import (
    FEATURES,
    MATRICES,
    SIZES,
    Example,
    Name,
    Quantity,
    difference_of,
    family_name,
    length_of,
    point_name,
    product_of,
)
from grader.verify.worked.nouns import QUERY_INDEX, index_in
from grader.verify.worked.statements import Side, Statement
from grader.verify.worked.surroundings import DIFFERENCE, WIDTH_ONE

LIST_REACH = 120  # characters before a list in which the query that it is of is named
VECTOR_FAMILIES = frozenset({"q", "k", "x", "y", "u", "w"})
DIRECTIONS = re.compile(
    r"\bfrequenc|\bdirection|\bdraws?\b|\bdrawn\b|\brandom\b|\bcos(?:ines?)?\b|\bsamples?\b|\bprojection|\bsin\b|ω",
    re.I,
)
SCORES_BEFORE = re.compile(
    r"(?<!raw )(?<!unscaled )\b(?:scaled |given |the )*(?:scores|logits)(?: vector)?(?: are)?[\s:,]*$", re.I
)
ONE_FEATURE = re.compile(
    r"\b(?:one|1)[- ](?:dimensional )?features?\b|\b(?:one-dimensional|1-?d|scalar) features?\b|\b(?:a )?single feature\b|\bfeatures? (?:are|is) (?:scalars?|(?:a )?(?:single )?numbers?|one-dimensional)\b",
    re.I,
)
FOR_ALL = re.compile(r"\b(?:all|every|each)\b", re.I)
BESIDE = re.compile(r"(?<![A-Za-z_])q\s*=.*(?<![A-Za-z_])k\s*=")
NEIGHBOURS = re.compile(r"\bneighbou?rs?\b|\bk-?NN\b|\bprobe", re.I)
# keys 0, 1, 2
WORDS = re.compile(
    r"\b(?P<noun>quer(?:y|ies)|keys?|values?|scores|logits|(?:inner|dot|scalar) products|products|frequenc(?:y|ies)|draws?|directions?|(?:unnormali[sz]ed|raw) weights|kernel values|weights|key features|query features|features of the keys|feature vectors)(?:\s+(?:vectors?|of the (?:keys|queries|values)|[qkv]_?\w?|q·k_j|are|is|be|were|at|the (?:numbers|vectors))){0,3}\s*[:=]?\s*$",
    re.I,
)
KEY_NORM = re.compile(
    r"\b(?P<noun>quer(?:y|ies)|keys?)(?: vectors?)?,?\s+(?:of|with|whose|has|have|having)\s+(?:a |an |the )?(?:Euclidean )?(?P<squared>squared )?(?:norms?|lengths?)(?:\s+(?:is|are|of|=))?\s*$",
    re.I,
)
AFTER_ARTICLE = re.compile(
    r"(?:\b(?:a|the|one|single)\s+|[,:;]\s+)(?:query|key)\s*$|\b(?:query|key)\s+(?:is|be)\s*$", re.I
)
ENDS = re.compile(r"\s*(?:[.,;:)]|\b(?:and|with|gives?|we|get)\b|$)")
ONE_DIMENSION = ("query", "queries", "key", "keys")


@dataclass(frozen=True)
class Place:
    """Where a statement stands: its sentence, the text of its section before it, and the section."""

    sentence: str
    around: str
    section: int
    columns: bool = False  # a matrix holds the tokens as its columns


def given_by(
    statement: Statement, example: Example, place: Place, precisions: Mapping[str, float]
) -> Example | None:
    """The example with what a statement gives; None where it gives nothing that is known here.

    Only names of the given kind are taken, whether or not they have a value already.
    """
    sides = statement.told[0].sides
    if not statement.subjects:
        return _by_words(statement, example, place)
    if len(statement.subjects) > 1:
        return _several(statement, example, place)
    subject = statement.subjects[0]
    last = sides[-1]
    scores = _lettered_scores(statement, example, place)
    if scores is not None:
        return scores
    for tree in subject.trees:
        made = _mapped(tree, sides, example, place.section) if len(sides) == 1 else None
        if made is None and all(side.literal is not None for side in last):
            made = _named(tree, last, example, place, precisions)
        if made is not None:
            return _same_for(sides[:-1], last, made, place, precisions)
    return None


def _lettered_scores(statement: Statement, example: Example, place: Place) -> Example | None:
    """`with scores s = (0, 1, 2)`: a list with a letter of its own."""
    last = statement.told[0].sides[-1]
    lettered = any(isinstance(tree, Symbol) and not tree.indices for tree in statement.subjects[0].trees)
    literal = last[0].literal if len(last) == 1 else None
    if not lettered or literal is None or literal.value.ndim != 1 or literal.value.size < 2:
        return None
    if SCORES_BEFORE.search(statement.before) is None:
        return None
    query = index_in(QUERY_INDEX, statement.before[-LIST_REACH:])
    return example.with_list(Quantity.SCORES, literal.value, place.section, query)


def _same_for(
    between: Sequence[tuple[Side, ...]],
    last: Sequence[Side],
    example: Example,
    place: Place,
    precisions: Mapping[str, float],
) -> Example:
    """The example with what else a chain gives the same value to: K in `Q = K = ...`."""
    for items in between:
        for tree in items[0].trees if len(items) == 1 and items[0].literal is None else ():
            if family_name(tree) is not None or point_name(tree) is not None:
                example = _named(tree, last, example, place, precisions) or example
    return example


def lists_anew(statement: Statement, example: Example, place: Place, precisions: Mapping[str, float]) -> bool:
    """Whether a statement lists scores, kernel values or weights of which the example has only an earlier list."""
    if statement.subjects or example.has("k") or not example.lists:
        return False
    given = given_by(statement, example, place, precisions)
    return given is not None and any(
        given.lists.get(one) is not known for one, known in example.lists.items()
    )


def _several(statement: Statement, example: Example, place: Place) -> Example | None:
    """`v_1, v_2, v_3 = 4, 1, 7`."""
    values = statement.told[0].sides[-1]
    if len(values) != len(statement.subjects):
        return None
    out = example
    for subject, value in zip(statement.subjects, values, strict=True):
        name = next((name for tree in subject.trees if (name := point_name(tree)) is not None), None)
        if name is None or value.literal is None or name[1] is None:
            return None
        out = out.with_vector(name, np.atleast_1d(value.literal.value), place.section)
    return out


def _mapped(
    tree: Expression, sides: Sequence[tuple[Side, ...]], example: Example, section: int
) -> Example | None:
    """`φ(x) = (1, √2 x, x²)`."""
    match tree:
        case Call(Symbol(name, ()), (Symbol(letter, ()),)) if name in FEATURES and len(sides[0]) == 1:
            bodies = [body for body in sides[0][0].trees if letter in names(body)]
            return example.with_map(name.lower(), letter, bodies[0], section) if bodies else None
        case _:
            return None


def _named(
    tree: Expression,
    values: Sequence[Side],
    example: Example,
    place: Place,
    precisions: Mapping[str, float],
) -> Example | None:
    literals = [side.literal for side in values if side.literal is not None]
    first = literals[0].value
    if len(literals) == 1 and first.ndim == 0:
        rounded = len(str(float(first))) > 4 or values[0].near
        scalar = _of_scalar(tree, float(first), example, place, precisions, rounded=rounded)
        if scalar is not None:
            return scalar
    is_delta = isinstance(tree, Symbol) and tree.name == "delta" and not tree.indices
    if is_delta and len(literals) == 1 and DIFFERENCE.search(f"{place.around} {place.sentence}"):
        return example.with_difference((("q", None), ("k", None)), np.atleast_1d(first), place.section)
    family = family_name(tree)
    if family is not None:
        return _family(family, [one.value for one in literals], example, place)
    name = point_name(tree)
    if name is not None:
        return _vector(name, [one.value for one in literals], example, place)
    pair = product_of(tree)
    if pair is not None and len(literals) > 1 and all(one.value.ndim == 0 for one in literals):
        left, right = point_name(pair[0]), family_name(pair[1])
        if left is not None and right is not None:
            out = example
            for index, one in enumerate(literals, 1):
                out = out.with_product((left, (right, index)), float(one.value), place.section)
            return out
    return None


def _of_scalar(
    tree: Expression,
    value: float,
    example: Example,
    place: Place,
    precisions: Mapping[str, float],
    *,
    rounded: bool,
) -> Example | None:
    """Sizes, σ², lengths, inner products, differences."""
    match tree:
        case Symbol(name, ()) if name in SIZES and value == int(value) and value > 0:
            return example.with_size(name, value)
        case Symbol("sigma", ()):
            # σ ≈ 2.828 is worked out from σ²
            return None if rounded else _with_variance(example, value**2, place)
        case Power(Symbol("sigma", ()), Number(two)) if two == 2:
            return _with_variance(example, value, place)
        case Symbol(name, ()) if name in precisions and value > 0:
            return _with_variance(example, 1 / (precisions[name] * value), place)
    phase = product_of(tree)
    if phase is not None and _is_direction(phase[0]) and _is_difference(phase[1]):
        return example.with_phase(value, place.section)
    length = length_of(tree)
    if length is not None and value >= 0 and "(" not in length[0][0] and length[0][0] != "w":
        return example.with_length(length[0], math.sqrt(value) if length[1] else value, place.section)
    difference = difference_of(tree)
    if difference is not None:
        a, b, measured, squared = difference
        if a in example.vectors and b in example.vectors and example.section == place.section:
            return None
        told = np.asarray([value]) if not measured else math.sqrt(abs(value)) if squared else abs(value)
        return example.with_difference((a, b), told, place.section)
    pair = product_of(tree)
    if pair is not None:
        left, right = (point_name(side) for side in pair)
        known = left in example.vectors and right in example.vectors
        if left is not None and right is not None and not known and left[0] != "w":
            return example.with_product((left, right), value, place.section)
    return None


def _is_direction(tree: Expression) -> bool:
    return isinstance(tree, Symbol) and tree.name in {"w", "omega"}


def _is_difference(tree: Expression) -> bool:
    return (isinstance(tree, Symbol) and tree.name == "delta") or difference_of(tree) is not None


def _with_variance(example: Example, value: float, place: Place) -> Example | None:
    return example.with_variance(value, place.section) if value > 0 else None


def _family(family: str, values: list[Array], example: Example, place: Place) -> Example | None:
    """The vectors of all positions: a list of them, or the rows of a matrix."""
    if family == "w" and not DIRECTIONS.search(place.around + place.sentence):
        return None
    if len(values) == 1:
        value = values[0]
        if value.ndim == 0:
            # the same for all
            return example.for_all(family, value.reshape(1), place.section) if "(" in family else None
        if value.ndim == 1 and family in {"q", "k"} and not WIDTH_ONE.search(place.around + place.sentence):
            return None
        lengths = {vector.size for (own, _), vector in example.vectors.items() if own in {"q", "k", "x", "y"}}
        one_row = family == "w" and value.ndim == 1 and value.size > 1 and value.size in lengths
        by_token = value.T if place.columns and value.ndim == 2 else value
        values = [value] if one_row else [np.atleast_1d(row) for row in by_token]
    rows = [np.atleast_1d(value) for value in values]
    if len({row.shape for row in rows}) > 1 or rows[0].ndim > 1:
        return None
    return example.with_family(family, rows, place.section)


def _vector(name: Name, values: list[Array], example: Example, place: Place) -> Example | None:
    family, index = name
    if (
        family == "w"
        and not DIRECTIONS.search(place.around + place.sentence)
        and not BESIDE.search(place.sentence)
    ):
        return None
    if len(values) > 1:
        if index is not None or (family == "k" and NEIGHBOURS.search(place.sentence)):
            return None
        return _family(family, values, example, place)
    value = values[0]
    if value.ndim > 1:
        return _family(family, values, example, place) if index is None else None
    if family == "v" and index is None:
        # v = (2, 4, 6) lists the values of all positions
        return _family(family, values, example, place) if value.ndim == 1 else None
    if value.ndim == 0 and family in VECTOR_FAMILIES and not _may_be_number(name, place):
        return None
    vector = np.atleast_1d(value)
    if (
        "(" in family
        and index is None
        and value.size > 1
        and ONE_FEATURE.search(place.around[-600:] + place.sentence)
    ):
        # φ(k) = (1, 2, 1) lists the one feature of all keys
        return _family(family, values, example, place)
    if "(" in family and index is None and FOR_ALL.search(place.sentence):
        return example.for_all(family, vector, place.section)
    if family == "w" and index is None and (("w", None) in example.vectors or example.indices("w")):
        return _further_direction(vector, example, place)
    return example.with_vector(name, vector, place.section)


def _further_direction(vector: Array, example: Example, place: Place) -> Example:
    """`the two draws w = 0.5 and w = −1.2`."""
    first = example.vectors.get(("w", None))
    if first is not None and np.array_equal(first, vector):
        return example
    if len(re.findall(r"(?<![A-Za-z])w\s*=", place.sentence)) < 2:
        return example.with_vector(("w", None), vector, place.section)
    rows = [first] if first is not None else example.family("w")
    others = {key: value for key, value in example.vectors.items() if key[0] != "w"}
    numbered: dict[Name, Array] = {("w", at): row for at, row in enumerate([*rows, vector], 1)}
    return replace(example, vectors={**others, **numbered}, section=place.section)


def _may_be_number(name: Name, place: Place) -> bool:
    """Whether `k = 1` gives a key: in one dimension, beside a query, or by its word."""
    family, _ = name
    if NEIGHBOURS.search(place.sentence):
        return False
    word = {
        "q": r"quer(?:y|ies)",
        "k": r"keys?",
        "w": r"draws?|frequenc(?:y|ies)|directions?|ω|cos",
        "x": r"x",
        "y": r"y",
    }.get(family, "")
    if WIDTH_ONE.search(f"{place.around[-600:]} {place.sentence}"):
        return True
    if word and family in {"q", "k", "w"} and re.search(rf"\b(?:{word})\b", place.sentence, re.I):
        return True
    both = all(
        re.search(rf"(?<![A-Za-z_]){letter}(?:_\{{?\d\}}?)?\s*=\s*-?[\d.]", place.sentence)
        for letter in ("q", "k")
    )
    return both and family in {"q", "k"}


# -- by words ----------------------------------------------------------------------------------------------------------

LISTS = {
    "score": Quantity.SCORES,
    "logit": Quantity.SCORES,
    "unnormali": Quantity.KERNEL,
    "raw": Quantity.KERNEL,
    "kernel": Quantity.KERNEL,
    "weight": Quantity.WEIGHTS,
}


def _by_words(statement: Statement, example: Example, place: Place) -> Example | None:
    sides = statement.told[0].sides
    values = sides[-1]
    if len(sides) > 1 or any(side.literal is None for side in values):
        return None
    literals = [side.literal.value for side in values if side.literal is not None]
    tail = statement.before[-80:]
    norm = KEY_NORM.search(tail)
    if norm is not None and len(literals) == 1 and literals[0].ndim == 0:
        family = "k" if norm.group("noun").lower().startswith("k") else "q"
        value = float(literals[0])
        return example.with_length(
            (family, None), math.sqrt(value) if norm.group("squared") else value, place.section
        )
    found = WORDS.search(tail)
    if found is None:
        return None
    noun = found.group("noun").lower()
    quantity = next((one for start, one in LISTS.items() if noun.startswith(start)), None)
    if quantity is not None:
        if len(literals) < 2 or any(one.ndim for one in literals):
            return None
        query = index_in(QUERY_INDEX, statement.before[-LIST_REACH:])
        return example.with_list(quantity, np.asarray([float(one) for one in literals]), place.section, query)
    if "product" in noun:
        return None
    if noun.startswith(("frequenc", "draw", "direction")):
        return _family("w", literals, example, place)
    if "feature" in noun:
        return (
            _family("phi(q)" if "query" in noun else "phi(k)", literals, example, place)
            if len(literals) > 1
            else None
        )
    family = "q" if noun.startswith("quer") else "k" if noun.startswith("key") else "v"
    if family == "v" and not re.search(
        r"\bkeys?\b|\bk_|\bweights\b|\bscores\b|φ|ψ|\bfeatures?\b|\bquer(?:y|ies)\b", place.sentence
    ):
        return None
    if len(literals) == 1:
        single = literals[0]
        if noun in {"keys", "values", "queries"}:
            return _family(family, literals, example, place) if single.ndim == 1 else None
        # "key 3 gets": its number; "a query 1 and keys 0, 2": its value
        behind = place.sentence[values[-1].end :]
        valued = (
            single.ndim > 0
            or (AFTER_ARTICLE.search(tail) and ENDS.match(behind))
            or re.search(r"[=:]\s*$", tail)
        )
        if noun not in ONE_DIMENSION or not valued:
            return None
        return example.with_vector((family, None), np.atleast_1d(single), place.section)
    return _family(family, literals, example, place)


__all__ = ["MATRICES", "Place", "given_by", "lists_anew"]
