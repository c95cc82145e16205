# ruff: noqa: E501 -- a pattern stays on one line
"""The classifier whose depths are measured: accuracy against cross-entropy, the counts of its ResNet-18, its probes."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from fractions import Fraction

from grader.verify.claim import Judged, Kind, Method, refuted, verified
from grader.verify.numbers.arithmetic import PLAIN, Figure
from grader.verify.numbers.reckoning import UNIT, amount_of
from grader.verify.reading.numerals import NUMERAL, value_of

NEAR = r"(?:about |around |roughly |approximately |nearly |almost |only |just |≈\s?|~\s?)*"
IS = r"(?:\s*(?:is|are|was|of|=|:|≈|reaches|at|reached|with)\s*|\s+)"
ACCURACY = re.compile(
    rf"\baccuracy(?: on [a-z ]{{2,25}})?{IS}{NEAR}(?P<value>{PLAIN})\s?%|(?<![\d.])(?P<before>{PLAIN})\s?% accuracy",
    re.I,
)
LOSS = re.compile(
    rf"\b(?:(?:mean|average) )?(?:cross[- ]entropy(?: loss)?|negative log[- ]likelihood|NLL|log[- ]loss){IS}{NEAR}(?P<value>\d+(?:\.\d+)?)(?![\d%]|\s*%|\.\d)",
    re.I,
)
TWO_SETS = re.compile(
    r"\btrain\w*\b.*\b(?:test|validation|held[- ]out)\b|\b(?:test|validation|held[- ]out)\b.*\btrain(?:ing)?\b",
    re.I | re.DOTALL,
)
LEAST = re.compile(
    r"\b(?:misclassified|wrongly classified|wrong|mistaken)\b[^.;]{0,40}\b(?:cross[- ]entropy|loss|costs?)\b[^.;]{0,25}\bat least\s+(?:\\?ln|\\?log)\s?\(?(?P<number>\d+)\)?",
    re.I,
)


def losses(sentence: str) -> Iterator[tuple[int, int, Judged]]:
    """Accuracy and mean cross-entropy on the same images: each wrong image costs at least ln 2."""
    for found in LEAST.finditer(sentence):
        number = int(found.group("number"))
        if number == 2:
            says = "the right class has at most the probability 1/2 when another class wins"
            yield found.start(), found.end(), verified(Kind.FACT, says, Method.SYMBOLIC)
        elif number > 2:
            says = f"with probabilities 0.49 and 0.51 a wrong image costs −ln 0.49 = 0.713, less than ln {number} = {math.log(number):.3f}"
            yield (
                found.start(),
                found.end(),
                refuted(Kind.FACT, says, Method.COUNT, {"probability": 0.49, "loss": 0.713}),
            )
    accuracies, found_losses = list(ACCURACY.finditer(sentence)), list(LOSS.finditer(sentence))
    if len(accuracies) != 1 or len(found_losses) != 1 or TWO_SETS.search(sentence):
        return
    printed = accuracies[0].group("value") or accuracies[0].group("before")
    stated = found_losses[0].group("value")
    most = Fraction(printed) + Fraction(1, 2 * 10 ** len(printed.partition(".")[2]))
    loss = float(stated) + 0.5 * 10 ** -len(stated.partition(".")[2])
    least = float(1 - most / 100) * math.log(2)
    start, end = (
        min(accuracies[0].start(), found_losses[0].start()),
        max(accuracies[0].end(), found_losses[0].end()),
    )
    if loss < least:
        says = f"{float(100 - most):.3g} % of wrong images, each with at least ln 2, make a mean of at least {least:.3g}"
        yield start, end, refuted(Kind.FACT, says, Method.COUNT, {"least": f"{least:.4g}", "stated": stated})


# -- the network ---------------------------------------------------------------------------------------------------

NUMBER_WORD = rf"(?P<count>{NUMERAL})"
BLOCKS = re.compile(
    rf"\b{NUMBER_WORD} (?:basic|residual) blocks\b(?! (?:per|in each|of each|in every|each|in a))", re.I
)
PROBES = re.compile(
    rf"\b{NUMBER_WORD} (?:kNN[- ])?(?:probes|probe points|probed (?:places|points|layers))\b", re.I
)
PARAMETERS = re.compile(
    rf"(?<![\d.,])(?P<value>{PLAIN}{UNIT})\s+(?:trainable |learnable )?(?:parameters|weights)\b", re.I
)
CLASSES = re.compile(rf"\b{NUMBER_WORD} (?:output )?classes\b", re.I)
# Convolutions and normalisations, without the last layer of 512 weights and a bias for each class.
BODY, PER_CLASS = 11_176_512, 513


def _count(found: re.Match[str]) -> int:
    word = found.group("count").lower()
    return value_of(word)


def network_claims(sentence: str, about: str) -> Iterator[tuple[int, int, Judged]]:
    """(start, end, ruling) of what a sentence says of the ResNet-18 and its probes. `about` is the text before."""
    if not re.search(r"ResNet-?18", f"{sentence} {about}", re.I):
        return
    for found in BLOCKS.finditer(sentence):
        if re.search(r"ResNet-?(?:34|50|101|152)", sentence):
            continue
        if _count(found) == 8:
            yield (
                found.start(),
                found.end(),
                verified(Kind.FACT, "ResNet-18 has 4 stages of 2 basic blocks", Method.COUNT),
            )
        elif "ResNet" in sentence:
            yield (
                found.start(),
                found.end(),
                refuted(
                    Kind.FACT,
                    "ResNet-18 has 4 stages of 2 basic blocks: 8",
                    Method.COUNT,
                    {"blocks": 8, "stated": found.group("count")},
                ),
            )
    for found in PROBES.finditer(sentence):
        if not re.search(r"homework|assignment|notebook|exercise", sentence, re.I):
            continue
        says = "the homework probes 11 points: the input, conv1, bn1, relu, maxpool, layer1 to layer4, avgpool and fc"
        if _count(found) == 11:
            yield found.start(), found.end(), verified(Kind.FACT, says, Method.TABLE)
        else:
            yield (
                found.start(),
                found.end(),
                refuted(
                    Kind.FACT,
                    says,
                    Method.TABLE,
                    {
                        "table": "the homework's list of probed points",
                        "value": 11,
                        "stated": found.group("count"),
                    },
                ),
            )
    classes = CLASSES.search(sentence)
    for found in PARAMETERS.finditer(sentence) if classes else ():
        figure = amount_of(found.group("value"))
        if figure is None or not re.search(r"ResNet-?18", sentence[: found.start()], re.I) or classes is None:
            continue
        yield from _parameters(found, figure, _count(classes))


def _parameters(found: re.Match[str], figure: Figure, classes: int) -> Iterator[tuple[int, int, Judged]]:
    exact = Fraction(BODY + PER_CLASS * classes)
    says = f"ResNet-18 with {classes} classes has {int(exact):,} parameters"
    if figure.agrees(exact):
        yield found.start(), found.end(), verified(Kind.FACT, says, Method.COUNT)
    elif abs(figure.value - exact) > exact / 20:
        yield (
            found.start(),
            found.end(),
            refuted(Kind.FACT, says, Method.COUNT, {"parameters": int(exact), "stated": figure.text}),
        )
