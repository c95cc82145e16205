# ruff: noqa: E501 -- a pattern stays on one line
"""How many valid triplets have their anchor in one class of a batch whose labels the sentence lists."""

from __future__ import annotations

import re
from collections.abc import Iterator

from grader.verify.claim import Kind, Method, Spanned, refuted, verified
from grader.verify.triplets.givens import LABELS, listed_labels

_CLASS = r"(?:class|identity|person|label)"
_OTHERS = r"(?!\s*(?:images?|members?|examples?|faces?|photos?|pictures?|anchors?|positives?|negatives?|pairs?|[·*×/^+−-]))(?![\d,.]*\d)"
OF_CLASS = re.compile(
    rf"\b{_CLASS} (?P<c>\w{{1,9}}) (?:gives|contributes|yields|makes|adds|supplies)\s+(?:only |just |another )?(?:\d+(?:\s?[·*×]\s?\d+)+\s?=\s?)?(?P<n>\d{{1,6}}){_OTHERS}(?:\s+(?:valid )?triplets?)?"
    rf"|(?<![\w.,/·*×-])(?P<n2>\d{{1,6}})(?:\s+(?:valid )?triplets)?\s+(?:with|have|having) (?:an |the |their )?anchors? (?:of|in|from) {_CLASS} (?P<c2>\w{{1,9}})",
    re.I,
)


def class_counts(sentence: str, before: str) -> Iterator[Spanned]:
    """(start, end, ruling) of each count of the triplets with an anchor of one class.

    >>> said = "Labels [1, 1, 2]: class 1 gives 2 triplets, class 2 gives 1."
    >>> [judged.says for *_, judged in class_counts(said, "")]
    ['2 anchors, 1 positive and 1 negative each: 2', '1 anchor, 0 positives and 2 negatives each: 0']
    """
    lists = list(LABELS.finditer(sentence))
    if len(lists) != 1 or not re.search(r"\btriplets?\b", f"{before[-300:]} {sentence}", re.I):
        return
    labels = listed_labels(lists[0])
    for found in OF_CLASS.finditer(sentence, lists[0].end()):
        own = found.group("c") or found.group("c2")
        if own not in labels:
            continue
        size = labels.count(own)
        exact = size * (size - 1) * (len(labels) - size)
        stated = int(found.group("n") or found.group("n2"))
        says = f"{_many(size, 'anchor')}, {_many(size - 1, 'positive')} and {_many(len(labels) - size, 'negative')} each: {exact:,}"
        if stated == exact:
            yield found.start(), found.end(), verified(Kind.ARITHMETIC, says, Method.COUNT)
        else:
            witness = {"labels": labels, "class": own, "triplets": exact, "stated": stated}
            yield found.start(), found.end(), refuted(Kind.ARITHMETIC, says, Method.COUNT, witness)


def _many(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


__all__ = ["class_counts"]
