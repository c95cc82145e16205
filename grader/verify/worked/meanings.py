"""What a noun may mean in an example: one quantity, or several names of which any will do."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from grader.verify.worked import pairs
from grader.verify.worked.attention import Attention
from grader.verify.worked.evaluation import Array
from grader.verify.worked.nouns import KEY_INDEX, QUERY_INDEX, Noun, index_in
from grader.verify.worked.pairs import Meaning, OfPair, of_pair, raised
from grader.verify.worked.positions import (
    lengths,
    of_key,
    outputs,
    per_key,
    per_query,
    the_query,
    with_all_keys,
)

Meanings = tuple[tuple[Meaning, ...], bool]
NOTHING: Meanings = ((), False)
OF_PAIR: Mapping[Noun, tuple[str, OfPair]] = {
    Noun.INNER: ("q·k", pairs.inner),
    Noun.SQUARED_DISTANCE: ("‖q − k‖²", pairs.squared),
    Noun.DISTANCE: ("‖q − k‖", pairs.distance),
    Noun.SCALED_SCORE: ("q·k/√D", pairs.scaled),
    Noun.QUERY_FACTOR: ("exp(‖q‖²/(2σ²))", raised(pairs.exponent_of_query)),
    Noun.KEY_FACTOR: ("exp(‖k‖²/(2σ²))", raised(pairs.exponent_of_key)),
    Noun.GAUSSIAN: ("exp(−‖q − k‖²/(2σ²))", pairs.gaussian),
}
FOR_EACH_KEY = frozenset({Noun.INNER, Noun.SQUARED_DISTANCE, Noun.DISTANCE, Noun.SCALED_SCORE, Noun.GAUSSIAN})
SOFTMAX = ("exp(q·k/√D)", raised(pairs.scaled))
INNER_FACTOR = ("exp(q·k/σ²)", raised(pairs.by_variance))
BETWEEN = ("−‖q − k‖²/(2σ²)", pairs.exponent_between)


def meanings_of(noun: Noun, phrase: str, count: int) -> Meanings:
    """What a noun may mean where `count` values follow it, and whether any of its meanings will do."""
    if noun in OF_PAIR:
        return _of_pair(noun, phrase, count)
    if noun in SINGLE:
        return _single(noun, phrase) if count == 1 else NOTHING
    return _of_positions(noun, phrase, count)


def _of_pair(noun: Noun, phrase: str, count: int) -> Meanings:
    says, of = OF_PAIR[noun]
    key = index_in(KEY_INDEX, phrase)
    if count == 1:
        return (of_key(says, key, of) if key is not None else of_pair(says, of),), False
    return (per_key(says, with_all_keys(of), phrase, count), False) if noun in FOR_EACH_KEY else NOTHING


SINGLE = frozenset(
    {
        Noun.PRODUCT_OF_FACTORS, Noun.SUM_OF_EXPONENTS, Noun.MIDDLE, Noun.KEY_EXPONENT, Noun.EXPONENT,
        Noun.SUM_OF_WEIGHTS, Noun.ESTIMATE, Noun.ERROR, Noun.LEFT, Noun.SQUARED_KERNEL,
        Noun.FEATURE_PRODUCT, Noun.BANDWIDTH, Noun.VARIANCE,
    }
)  # fmt: skip


def _single(noun: Noun, phrase: str) -> Meanings:
    """Nouns that name one number."""
    gaussian = of_pair(*OF_PAIR[Noun.GAUSSIAN])
    match noun:
        case Noun.PRODUCT_OF_FACTORS:
            return (of_pair(*INNER_FACTOR), gaussian), True
        case Noun.SUM_OF_EXPONENTS:
            return (of_pair("q·k/σ²", pairs.by_variance), of_pair(*BETWEEN)), True
        case Noun.MIDDLE:
            return (gaussian, of_pair(*INNER_FACTOR)), True
        case Noun.KEY_EXPONENT:
            return (pairs.key_exponent(),), False
        case Noun.EXPONENT:
            others = (
                ("‖q‖²/(2σ²)", pairs.exponent_of_query),
                BETWEEN,
                OF_PAIR[Noun.SCALED_SCORE],
            )
            return (pairs.key_exponent(), *(of_pair(*one) for one in others)), True
        case Noun.SUM_OF_WEIGHTS:
            total = per_query(
                "the denominator", lambda attention, query: attention.denominator(query), phrase, 1
            )
            one = Meaning("the sum of normalised weights", _sum_of_weights)
            return (*total, one), True
        case Noun.ESTIMATE:
            return (
                Meaning("the mean of cos(w·(q − k))", lambda attention: np.asarray(attention.estimate())),
            ), False
        case Noun.ERROR:
            return (Meaning("the estimate's distance from the kernel", pairs.error),), False
        case Noun.LEFT if "side" in phrase:
            sides = (of_pair(*SOFTMAX), of_pair(*INNER_FACTOR), gaussian, of_pair("q·k/√D", pairs.scaled))
            return sides, True
        case Noun.LEFT:
            return (of_pair(*SOFTMAX),), False
        case Noun.SQUARED_KERNEL | Noun.FEATURE_PRODUCT:
            return (of_pair("(q·k + 1)²", lambda _, a, b: (Attention.inner(a, b) + 1) ** 2),), False
        case Noun.BANDWIDTH:
            return (Meaning("σ", lambda attention: np.asarray(np.sqrt(attention.variance))),), False
        case _:
            return (Meaning("σ²", lambda attention: np.asarray(attention.variance)),), False


def _sum_of_weights(attention: Attention) -> Array:
    return np.asarray(sum(attention.weights(the_query(attention))))


def _of_positions(noun: Noun, phrase: str, count: int) -> Meanings:
    """Nouns of a query with all keys, and of all positions."""
    match noun:
        case Noun.SQUARED_LENGTH | Noun.LENGTH:
            return lengths(phrase, count, squared=noun is Noun.SQUARED_LENGTH), False
        case Noun.OUTER_FACTORS:
            return outer_factors(count), False
        case Noun.EXPONENTS | Noun.FACTORS if count == 3:
            return pairs.three_parts(factors=noun is Noun.FACTORS), True
        case Noun.SCORE:
            scaled = per_key("q·k_j/√D", lambda attention, query: attention.scores(query), phrase, count)
            raw = per_key("q·k_j", lambda attention, query: attention.products(query), phrase, count)
            lone = (of_pair("q·k/√D", pairs.scaled), of_pair("q·k", pairs.inner)) if count == 1 else ()
            return (*scaled, *raw, *lone), True
        case Noun.EXPONENTIAL:
            return unnormalised(phrase, count), False
        case Noun.WEIGHT:
            weights = per_key("the weights", lambda attention, query: attention.weights(query), phrase, count)
            named = index_in(KEY_INDEX, phrase) is not None or index_in(QUERY_INDEX, phrase) is not None
            if count == 1 and not named:
                return (of_pair(SOFTMAX[0], pairs.lone_weight), *weights), True
            return weights, False
        case Noun.DENOMINATOR:
            found = per_query(
                "the denominator", lambda attention, query: attention.denominator(query), phrase, count
            )
            return found, False
        case Noun.NUMERATOR:
            found = per_query(
                "the numerator", lambda attention, query: attention.numerator(query), phrase, count
            )
            return found, False
        case Noun.OUTPUT:
            return outputs(phrase, count), False
        case Noun.COSINES:
            return (Meaning("cos(w·(q − k))", lambda attention: np.asarray(attention.cosines())),), False
        case Noun.TERMS if count > 3:
            says = "the products of the features of (q·k + 1)²"
            return (Meaning(says, pairs.terms, unordered=True),), False
        case Noun.KERNEL if count == 1:
            return (of_pair("the kernel", lambda attention, a, b: attention.kernel(a, b)),), False
        case Noun.KERNEL:
            return unnormalised(phrase, count), False
        case _:
            return NOTHING


def outer_factors(count: int) -> tuple[Meaning, ...]:
    """The query's and the key's factor: one value for each of them, or one value for both."""
    both = [of_pair(*OF_PAIR[noun]) for noun in (Noun.QUERY_FACTOR, Noun.KEY_FACTOR)]
    if count == 1:
        return tuple(both)
    says = "the factors exp(‖q‖²/(2σ²)) and exp(‖k‖²/(2σ²))"
    return (Meaning(says, lambda attention: np.asarray([one.of(attention) for one in both])),)


def unnormalised(phrase: str, count: int) -> tuple[Meaning, ...]:
    """The kernel's values of a query with its keys."""
    says = "the weights before normalisation"
    return per_key(says, lambda attention, query: attention.unnormalised(query), phrase, count)


__all__ = ["meanings_of", "unnormalised"]
