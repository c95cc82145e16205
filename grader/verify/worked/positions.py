"""Quantities of a query with all keys, and of all positions: what words about one of them mean."""

from __future__ import annotations

import re
from collections.abc import Callable

import numpy as np

from grader.verify.worked.attention import Attention
from grader.verify.worked.evaluation import Array, Unknown
from grader.verify.worked.nouns import KEY_INDEX, LAST, QUERY_INDEX, index_in
from grader.verify.worked.pairs import Meaning, OfPair
from grader.verify.worked.readings import Kernel

EVERY = re.compile(r"\ball\b|\beach\b|\bevery\b")


def within(place: int, length: int) -> int:
    """Where a position stands in a list. Raises `Unknown`."""
    if place == LAST:
        return length - 1
    if not 1 <= place <= length:
        raise Unknown("there is no such position")
    return place - 1


def of_key(says: str, place: int, of: OfPair) -> Meaning:
    """A quantity of the query and one of its keys."""

    def value(attention: Attention) -> Array:
        keys = attention.rows("k")
        query = attention.point("q", attention.queries[0] if len(attention.queries) == 1 else None)
        return np.asarray(of(attention, query, keys[within(place, len(keys))]))

    return Meaning(says, value)


def with_all_keys(of: OfPair) -> Callable[[Attention, int | None], list[float]]:
    """A quantity of a query with each of its keys."""

    def values(attention: Attention, query: int | None) -> list[float]:
        vector = attention.point("q", query)
        return [of(attention, vector, key) for key in attention.rows("k")]

    return values


def the_query(attention: Attention) -> int | None:
    """The query that is meant where no words say which. Raises `Unknown` if there are several."""
    if len(attention.queries) != 1:
        raise Unknown("which query is meant")
    return attention.queries[0]


def per_key(
    says: str, of: Callable[[Attention, int | None], list[float]], phrase: str, count: int
) -> tuple[Meaning, ...]:
    """A quantity that a query has with each key: all of them, or that of one key."""
    query, key = index_in(QUERY_INDEX, phrase), index_in(KEY_INDEX, phrase)

    def values(attention: Attention) -> Array:
        place = query
        if place == LAST:
            place = len(attention.queries)
        if place is not None and len(attention.queries) == 1:
            place = attention.queries[0]
        found = of(attention, place if place is not None else the_query(attention))
        if key is not None:
            return np.asarray(found[within(key, len(found))])
        if count == 1 and len(found) > 1:
            raise Unknown("which key is meant")
        return np.asarray(found)

    return (Meaning(says, values),)


def outputs(phrase: str, count: int) -> tuple[Meaning, ...]:
    """The outputs of all positions, or that of one."""
    place = index_in(QUERY_INDEX, phrase)

    def values(attention: Attention) -> Array:
        every = attention.all_outputs()
        if place is not None:
            if len(every) == 1 and attention.queries != [None]:
                return np.asarray(every[0])
            return np.asarray(every[within(place, len(every))])
        if len(every) > 1 and count == 1:
            if EVERY.search(phrase) and np.allclose(every, every[0]):
                return np.asarray(every[0])
            raise Unknown("which output is meant")
        return every

    return (Meaning("the output", values),)


def per_query(
    says: str, of: Callable[[Attention, int | None], Array | float], phrase: str, count: int
) -> tuple[Meaning, ...]:
    """A quantity of one query, or of all of them."""
    place = index_in(QUERY_INDEX, phrase)

    def values(attention: Attention) -> Array:
        queries = attention.queries
        if place is not None and queries != [None]:
            return np.asarray(of(attention, queries[within(place, len(queries))]))
        if place is not None and attention.reading.kernel is Kernel.FEATURES:
            return np.asarray(of(attention, place))
        if len(queries) == 1:
            return np.asarray(of(attention, queries[0]))
        if count == len(queries):
            return np.asarray([of(attention, query) for query in queries])
        raise Unknown("which query is meant")

    return (Meaning(says, values),)


def lengths(phrase: str, count: int, *, squared: bool) -> tuple[Meaning, ...]:
    """The lengths of the query and the key, of one of them, or of all keys."""
    says = ("‖q‖²", "‖k‖²") if squared else ("‖q‖", "‖k‖")

    def measured(vector: Array) -> float:
        total = float(np.sum(vector**2))
        return total if squared else float(np.sqrt(total))

    of_query = re.search(r"\bquer(?:y|ies)|\bq(?:['’]s)?\b", phrase, re.I) is not None
    of_keys = re.search(r"\bkeys?|\bk(?:['’]s|_\d)?\b", phrase, re.I) is not None
    if count == 2:
        both = " and ".join(says)
        return (Meaning(both, lambda attention: np.asarray([measured(one) for one in attention.pair])),)
    if count == 1 and of_query != of_keys:
        family, pattern = ("k", KEY_INDEX) if of_keys else ("q", QUERY_INDEX)
        index = index_in(pattern, phrase)
        return (
            Meaning(
                says[int(of_keys)], lambda attention: np.asarray(measured(_one_of(attention, family, index)))
            ),
        )
    if of_keys and count > 2:
        return (
            Meaning(says[1], lambda attention: np.asarray([measured(one) for one in attention.rows("k")])),
        )
    return ()


def _one_of(attention: Attention, family: str, index: int | None) -> Array:
    """One query or key: by its index, or the only one."""
    if index is not None:
        return attention.point(family, index)
    return attention.key_of_pair() if family == "k" else attention.point(family, None)


__all__ = ["lengths", "of_key", "outputs", "per_key", "per_query", "the_query", "with_all_keys"]
