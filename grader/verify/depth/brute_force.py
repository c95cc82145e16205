# ruff: noqa: E501 -- a pattern stays on one line
"""How many distances a search by brute force computes: one for each test image and each training image, at each layer."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction

from grader.verify.claim import Kind, Method, Spanned, refuted, verified
from grader.verify.numbers.arithmetic import ANY_NUMBER, figure_at

COUNT = r"(?:\d{1,3}(?:[, ]\d{3})+|\d{1,8})"
_ALSO = r"(?:\s+(?:nearest|of the|labelled|grey|colour|CIFAR-10|the)){0,2}"
TRAIN = re.compile(
    rf"(?<![\w.,])(?P<n>{COUNT}){_ALSO} (?:training|train)\b(?! (?:epochs?|steps))|\btraining (?:set|images|data|examples)(?: of| with| has|:| =| \(){{1,2}} ?(?P<n2>{COUNT})",
    re.I,
)
TEST = re.compile(
    rf"(?<![\w.,])(?P<n>{COUNT}){_ALSO} (?:test|query|queries|new)\b|\btest (?:set|images|data|examples)(?: of| with| has|:| =| \(){{1,2}} ?(?P<n2>{COUNT})",
    re.I,
)
BOTH = re.compile(
    rf"(?<![\w.,])(?P<a>{COUNT}) (?:test |training |query )?(?:images|examples|points|queries)[^.;\d]{{0,30}}?\b(?:against|with(?: each of)?|and)\b(?: each of| all)?(?: the)? (?P<b>{COUNT})(?! (?:layers|probes|dimensions|features))",
    re.I,
)
ELLIPSIS = re.compile(rf"(?<![\w.,])(?P<n>{COUNT}) (?:training )?and (?P<m>{COUNT}) test images", re.I)
DISTANCES = re.compile(
    rf"(?<![\d.,])(?P<number>{ANY_NUMBER})\s*(?:(?:squared |Euclidean |pairwise |single )*distances|(?:distance )?(?:comparisons|evaluations|computations)|pairs\b)(?P<after>[^.;,]{{0,40}})|\b(?:number of (?:distances|comparisons)|distances) (?:is|are|equals|=|:) (?P<number2>{ANY_NUMBER})(?P<after2>[^.;,]{{0,40}})",
    re.I,
)
WORDS = re.compile(r"\bdistances\b|\bcomparisons\b|\bevaluations\b|\bcomputations\b|\bpairs\b", re.I)
PER_LAYER = re.compile(
    r"\b(?:per|a|each|every|for each|at each|for one|in each) (?:probed )?(?:layer|probe|point)\b|\bat (?:one|a single) layer\b",
    re.I,
)
LAYERS = re.compile(
    r"(?<![\w.,])(?P<layers>\d{1,3})\s+(?:probed |probe )?(?:layers|probes|probe points|points)\b", re.I
)
ALL_LAYERS = re.compile(
    r"\b(?:for|over|at|in|across) all (?:(?:the )?\d{1,3} )?(?:layers|probes|points)\b|\baltogether\b|\bin total\b|\bin all\b",
    re.I,
)
TOTAL = re.compile(
    rf"(?:\band|,|;)\s+(?:so |hence |that is |i\.e\. )?(?P<number>{ANY_NUMBER})\s*(?:of them )?(?:in total|altogether|in all|for all|over all|for the \d+ (?:layers|probes))",
    re.I,
)
SPARED = re.compile(
    r"\b(?:half|tree|approximate|subset|sampled?|batch|symmetr\w*|class(?:es)?|triplets?|if|would|faces|identit\w+|epochs?)\b",
    re.I,
)


def brute_force(sentence: str, before: str) -> Iterator[Spanned]:
    """(start, end, ruling) of each number of distances between test and training images.

    >>> told = "With 2,000 training and 500 test images this takes 100,000 distances a layer."
    >>> [judged.says for *_, judged in brute_force(told, "nearest-neighbour probes")]
    ['500 test images times 2,000 training images are 1,000,000 distances at a layer, not 100,000']
    """
    if not WORDS.search(sentence):
        return
    found = list(DISTANCES.finditer(sentence))
    if (
        not found
        or not re.search(
            r"\bneighbou?rs?\b|\bprob(?:e|es|ing)\b|\bk-?NN\b|brute", f"{before[-600:]} {sentence}", re.I
        )
        or SPARED.search(sentence)
    ):
        return
    sizes = _sizes(sentence) or _sizes(before[-400:])
    if sizes is None:
        return
    test, train = sizes
    per = test * train
    also = [
        one
        for one in TOTAL.finditer(sentence)
        if one.start() > found[0].start()
        and not any(
            a.start() <= one.start("number") < a.end() - len(a.group("after") or a.group("after2") or "")
            for a in found
        )
    ]
    for one in also:
        stated = figure_at(sentence, one.start("number"))
        layers = LAYERS.search(f"{sentence} {before[-400:]}")
        if stated is None or layers is None:
            continue
        exact_all = per * int(layers.group("layers"))
        says = f"{per:,} distances at each of {layers.group('layers')} layers are {exact_all:,}"
        if stated.agrees(Fraction(exact_all)):
            yield one.start("number"), one.end(), verified(Kind.ARITHMETIC, says, Method.COUNT)
        elif abs(stated.value - exact_all) > exact_all / 100:
            yield (
                one.start("number"),
                one.end(),
                refuted(
                    Kind.ARITHMETIC,
                    f"{says}, not {stated.text}",
                    Method.COUNT,
                    {"exact": f"{exact_all:,}", "stated": stated.text},
                ),
            )
    for one in found:
        place = one.start("number") if one.group("number") else one.start("number2")
        stated = figure_at(sentence, place)
        if stated is None:
            continue
        after = one.group("after") or one.group("after2") or ""
        layers = LAYERS.search(sentence)
        many = int(layers.group("layers")) if layers is not None else None
        exact = (
            {per}
            if PER_LAYER.search(after)
            else {per * many}
            if many and (LAYERS.search(after) or ALL_LAYERS.search(after))
            else {per, per * (many or 1)}
        )
        says = f"{test:,} test images times {train:,} training images are {per:,} distances at a layer"
        if any(stated.agrees(number) for number in map(_whole, exact)):
            yield one.start(), one.end() - len(after), verified(Kind.ARITHMETIC, says, Method.COUNT)
        elif all(abs(stated.value - number) > number / 100 for number in exact) and (
            PER_LAYER.search(after) or many is None
        ):
            witness = {"exact": f"{min(exact):,}", "stated": stated.text}
            yield (
                one.start(),
                one.end() - len(after),
                refuted(Kind.ARITHMETIC, f"{says}, not {stated.text}", Method.COUNT, witness),
            )


def _whole(number: int) -> Fraction:
    return Fraction(number)


def _number(text: str) -> int:
    return int(re.sub(r"[, ]", "", text))


def _sizes(text: str) -> tuple[int, int] | None:
    """(test images, training images), where a text gives one number of each."""
    both = ELLIPSIS.search(text)
    if both is not None:
        return _number(both.group("m")), _number(both.group("n"))
    train = {_number(one.group("n") or one.group("n2")) for one in TRAIN.finditer(text)}
    test = {_number(one.group("n") or one.group("n2")) for one in TEST.finditer(text)}
    if len(train) == 1 and len(test) == 1:
        return test.pop(), train.pop()
    pair = BOTH.search(text)
    if pair is not None and len(train) + len(test) <= 1 + bool(train & test):
        return _number(pair.group("a")), _number(pair.group("b"))
    return None


__all__ = ["brute_force"]
