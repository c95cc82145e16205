# ruff: noqa: E501 -- a pattern stays on one line
"""The valid triplets of a batch as a sum over its classes: Σ n_c(n_c − 1)(B − n_c) in letters, and written out in numbers.

`sizes 5, 4 and 1: 20·5 + 12·6 + 0 = 172` and `P = 4, K = 3: 12·2·9 = 216` are read where the text speaks of triplets.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction
from math import prod

from grader.verify.claim import Judged, Kind, Method, Spanned, refuted, verified
from grader.verify.grammar.reader import read_expression
from grader.verify.grammar.syntax import Unreadable, names
from grader.verify.numbers.lettered import value_at
from grader.verify.triplets.batch_counts import shown_sizes
from grader.verify.triplets.class_batches import batches_in
from grader.verify.triplets.embeddings import Classes, plain

TRIPLETS = re.compile(r"\btripl(?:ets?|es)\b", re.I)
GENERAL = re.compile(r"(?:Σ|∑)_?\(?[a-z]?\)?\s?(?P<body>[^.;,=Σ∑:]{6,40})")
SIZE = re.compile(r"\b[A-Za-z]_(?:\([a-z]\)|[a-z](?!\w))|\bn\b")
TRIED = (Classes((3, 2, 1)), Classes((2, 2)), Classes((4, 1, 3)))
NUMBER = r"\d{1,3}(?:,\d{3})+|\d{1,9}"
TERM = rf"(?:{NUMBER})(?:\s?[·*×]\s?(?:{NUMBER}))*"
WRITTEN = re.compile(
    rf"[)\]]?(?: (?:images|photos|pictures|each))*\s*(?::|→|⇒|\bgives?\b|\bmakes?\b|\bhas\b|\bhave\b)\s*(?P<sum>(?P<terms>{TERM}(?:\s?\+\s?{TERM})*)(?:\s?=\s?(?P<value>{NUMBER}))?)(?![\d.,]*\d|\s?[·*×+/^%=−-]|\s?(?:pairs?|anchors?|positives?|negatives?|images?)\b)"
)
REACH = 500


def class_sums(sentence: str, before: str) -> Iterator[Spanned]:
    """(start, end, ruling) of each sum over the classes of a batch, in letters or in numbers.

    >>> [j.says for *_, j in class_sums("Sizes 3, 2, 1: 6·3 + 2·4 + 1·5 = 31.", "valid triplets: Σ n_c(n_c-1)(B-n_c)")]
    ['classes of 3, 2, 1 have 18 + 8 + 0 = 26 valid triplets']
    """
    around = f"{before[-REACH:]} {sentence}"
    if not TRIPLETS.search(around):
        return
    yield from _in_letters(sentence)
    yield from _of_each(sentence, around)
    yield from _in_numbers(sentence, around)


def _in_letters(text: str) -> Iterator[Spanned]:
    """`Σ_c n_c(n_c - 1)(B - n_c)`: tried on batches of unequal classes."""
    for found in GENERAL.finditer(text):
        letters = {one.group() for one in SIZE.finditer(found.group("body"))}
        if len(letters) != 1:
            continue
        body = SIZE.sub("n", found.group("body"))
        body = re.sub(r"(?<=[\w)])\s?(?=\()", "*", re.split(r"\s[a-z]{3,}", body)[0])
        end = found.end()
        while body and end > found.start():
            try:
                tree = read_expression(body.strip())
                break
            except Unreadable:
                body = body[:-1]
                end -= 1
        else:
            continue
        if not {"n"} <= names(tree) <= {"n", "B", "N"} or len(names(tree)) != 2:
            continue
        whole = next(iter(names(tree) - {"n"}))
        said: list[tuple[Classes, Fraction]] = []
        for classes in TRIED:
            parts = [
                value_at(tree, {"n": Fraction(n), whole: Fraction(classes.images)}) for n in classes.sizes
            ]
            if any(part is None for part in parts):
                return
            said.append((classes, sum((part for part in parts if part is not None), Fraction(0))))
        wrong = [(classes, value) for classes, value in said if value != classes.triplets]
        says = f"{shown_sizes(said[0][0])} have {said[0][0].triplets} valid triplets"
        if not wrong:
            yield found.start(), end, verified(Kind.ARITHMETIC, says, Method.COUNT)
        elif not all(2 * value == classes.triplets for classes, value in said):
            classes, value = wrong[0]
            witness = {"class sizes": shown_sizes(classes), "count": classes.triplets, "formula": plain(value)}  # fmt: skip
            yield found.start(), end, refuted(Kind.ARITHMETIC, says, Method.COUNT, witness)


def _in_numbers(text: str, around: str) -> Iterator[Spanned]:
    """The sum, the product or the bare number that stands behind the sizes of a batch."""
    for batch in batches_in(text):
        found = WRITTEN.match(text, batch.end)
        if found is None or not isinstance(batch.sizes, Classes):
            continue
        terms = [
            [int(one.replace(",", "")) for one in re.findall(NUMBER, term)]
            for term in found.group("terms").split("+")
        ]
        value = int((found.group("value") or "0").replace(",", "")) or sum(map(prod, terms))
        bare = len(terms) == len(terms[0]) == 1 and GENERAL.search(around) is not None
        if bare or _by_class(terms, batch.sizes) or _by_image(terms, batch.sizes, value):
            yield found.start("sum"), found.end("sum"), _compared(batch.sizes, value)


def _by_image(terms: list[list[int]], classes: Classes, value: int) -> bool:
    """Whether a product is that of all images with the positives and the negatives of each."""
    if classes.each is None or len(terms) != 1 or len(terms[0]) < 2 or terms[0][0] != classes.images:
        return False
    return len(terms[0]) == 3 or value == classes.triplets


OF_EACH = re.compile(rf"\b(?:each|every|an|one|per) anchor (?:then |thus |hence |therefore )?(?:has|have|gives?|forms?|yields?|gets?|contributes?) (?P<sum>(?:\d+ ?[·*×] ?\d+ ?= ?)?(?P<value>{NUMBER})) (?:valid |different )?triplets\b", re.I)  # fmt: skip
IMAGES = re.compile(
    rf"(?<![\w^_])(?P<sum>B ?= ?(?:\d+ ?[·*×] ?\d+ ?= ?)?(?P<value>{NUMBER}))(?![\d.,]*\d|\s?[·*×+/^%−-])"
)


def _of_each(text: str, around: str) -> Iterator[Spanned]:
    """`each anchor has 84 triplets`, `P = 8, K = 4: B = 32`: by the batch that stands last before it."""
    shift = len(around) - len(text)
    batches = [one for one in batches_in(around) if isinstance(one.sizes, Classes) and not one.passing]
    for pattern in (OF_EACH, IMAGES):
        for found in pattern.finditer(text):
            place = shift + found.start()
            before = [one for one in batches if one.end <= place]
            sizes = before[-1].sizes if before else None
            if not isinstance(sizes, Classes) or sizes.each is None:
                continue
            apart = before[-1].end < shift or re.search(r"[.;]\s", around[before[-1].end : place])
            if pattern is IMAGES and apart:
                continue
            each, images = sizes.each, sizes.images
            exact = images if pattern is IMAGES else (each - 1) * (images - each)
            says = (
                f"{shown_sizes(sizes)} are {images:,} images"
                if pattern is IMAGES
                else f"{each - 1}·{images - each} = {exact:,} triplets for each anchor"
            )
            stated = int(found.group("value").replace(",", ""))
            if stated == exact:
                yield found.start("sum"), found.end("sum"), verified(Kind.ARITHMETIC, says, Method.COUNT)
            else:
                witness = {"class sizes": shown_sizes(sizes), "count": exact, "stated": stated}
                yield found.start("sum"), found.end("sum"), refuted(Kind.ARITHMETIC, says, Method.COUNT, witness)  # fmt: skip


def _by_class(terms: list[list[int]], classes: Classes) -> bool:
    """Whether a sum has a term for each class of several: its pairs times its negatives, most of them rightly."""
    if len(terms) != len(classes.sizes) or len(terms) < 2:
        return False
    batch = classes.images
    if all(len(term) > 1 for term in terms):
        return all(term[-1] == batch - n for term, n in zip(terms, classes.sizes, strict=True))
    right = [prod(term) == exact for term, exact in zip(terms, classes.by_class, strict=True)]
    return 2 * sum(right) >= len(right)


def _compared(classes: Classes, stated: int) -> Judged:
    parts = classes.by_class
    written = f"{' + '.join(map(str, parts))} = " if 1 < len(parts) <= 8 and classes.each is None else ""
    says = f"{shown_sizes(classes)} have {written}{classes.triplets:,} valid triplets"
    if stated == classes.triplets:
        return verified(Kind.ARITHMETIC, says, Method.COUNT)
    witness = {"class sizes": shown_sizes(classes), "count": classes.triplets, "stated": stated}
    return refuted(Kind.ARITHMETIC, says, Method.COUNT, witness)


__all__ = ["class_sums"]
