# ruff: noqa: E501 -- a pattern stays on one line
"""The cross-entropy of probabilities that a text gives: of one image, its mean over several, and of a uniform guess."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from fractions import Fraction

from grader.verify.claim import Kind, Method, Spanned, refuted, verified
from grader.verify.numbers.arithmetic import Figure

NAME = r"(?:cross[- ]entropy(?: loss)?|negative log[- ]likelihood|NLL|log[- ]loss)"
SPEAKS = re.compile(rf"\b{NAME}\b", re.I)
NUMBER = r"(?:0?\.\d+|[01](?:\.\d+)?|\d{1,2}(?:\.\d+)?\s?%|\d\s?/\s?\d{1,3})"
PROBABILITIES = re.compile(
    rf"\bprobabilit(?:y|ies)\b(?:\s+(?:of|is|are|being|was|were|=|p|p_\w|:))*\s*(?P<list>{NUMBER}(?:(?:\s*,\s*(?:and\s+)?|\s+and\s+){NUMBER})*)"
    rf"|(?<![\w.,])(?P<list2>{NUMBER}(?:(?:\s*,\s*(?:and\s+)?|\s+and\s+){NUMBER})*)\s+(?:probability\b|for the (?:right|true|correct) (?:class|label))",
    re.I,
)
OF_RIGHT = re.compile(
    r"\b(?:right|true|correct|actual|own|target) (?:class(?:es)?|label|one|answer)s?\b|\btruth\b", re.I
)
VALUE = re.compile(
    rf"\b(?:{NAME}|loss|costs?)\b(?:\s+(?:of|is|are|was|will be|then|thus|about|only|the image|this image|that|on it|for it|it|equals|comes to|amounts to|a|loss|both|together|value))*\s*(?:=|≈|:)?\s*(?:[-−]\s?(?:ln|log)\s?\(?[\d./]+\)?\s*(?:=|≈)\s*|(?:ln|log)\s?\(?[\d.]+\)?\s*(?:=|≈)\s*)?(?:about |roughly |≈ ?|~ ?)?(?P<value>\d+(?:\.\d+)?)(?![\d%]|\s?%|\.\d|\s*(?:[·*/+×]|images|times|classes))",
    re.I,
)
UNIFORM = re.compile(
    r"\b(?:uniform(?:ly)?|chance(?: level)?|guess(?:ing|es)?(?: at random)?|all (?:\d+ )?classes equally|equal probabilit\w+)\b",
    re.I,
)
CLASSES = re.compile(r"(?<![\w.,])(?P<many>\d{1,4}) (?:equally likely )?classes\b", re.I)
OTHERWISE = re.compile(
    r"\b(?:base 2|bits|log_?2|not|never|at least|at most|less than|more than|below|above|label smoothing|binary)\b|n['’]t\b|\?",
    re.I,
)


def cross_entropies(sentence: str, before: str) -> Iterator[Spanned]:
    """(start, end, ruling) of each stated cross-entropy of probabilities that the sentence gives.

    >>> told = "If the right class gets the probability 0.25, the cross-entropy is 0.75."
    >>> [judged.says for *_, judged in cross_entropies(told, "")]
    ['−ln 0.25 is 1.386, not 0.75']
    """
    if not SPEAKS.search(f"{before[-300:]} {sentence}") or OTHERWISE.search(sentence):
        return
    values = list(VALUE.finditer(sentence))
    if len(values) != 1:
        return
    found = values[0]
    exact, says = _exact(sentence, found)
    if exact is None:
        return
    printed = found.group("value")
    stated = Figure(Fraction(printed), Fraction(1, 10 ** len(printed.partition(".")[2])), 0, 0, printed)
    near = Fraction(exact).limit_denominator(10**9)
    if stated.agrees(near):
        yield found.start(), found.end(), verified(Kind.ARITHMETIC, f"{says} is {exact:.4g}", Method.COUNT)
    elif (
        abs(stated.value - near) > max(stated.last, near / 50)
        and abs(stated.value - near / Fraction(math.log(2))) > stated.last
    ):
        witness = {"computed": f"{exact:.4g}", "stated": printed}
        yield (
            found.start(),
            found.end(),
            refuted(Kind.ARITHMETIC, f"{says} is {exact:.4g}, not {printed}", Method.COUNT, witness),
        )


def _exact(sentence: str, found: re.Match[str]) -> tuple[float | None, str]:
    told = [
        one
        for one in PROBABILITIES.finditer(sentence)
        if not (found.start("value") < one.end() and one.start() < found.end("value"))
    ]
    classes = {int(one.group("many")) for one in CLASSES.finditer(sentence)}
    if UNIFORM.search(sentence) and len(classes) == 1 and not told:
        many = classes.pop()
        return (math.log(many), f"ln {many}") if many > 1 else (None, "")
    if len(told) != 1 or not OF_RIGHT.search(sentence):
        return None, ""
    body = told[0].group("list") or told[0].group("list2")
    chances = [_chance(one) for one in re.findall(NUMBER, body)]
    if not chances or any(not 0 < one <= 1 for one in chances):
        return None, ""
    if len(chances) > 1 and not re.search(r"\b(?:mean|average)\b", sentence, re.I):
        return None, ""
    logs = [-math.log(float(one)) for one in chances]
    shown = [f"{float(one):.6g}" for one in chances]
    says = f"−ln {shown[0]}" if len(shown) == 1 else f"the mean of −ln {', −ln '.join(shown)}"
    return sum(logs) / len(logs), says


def _chance(text: str) -> Fraction:
    plain = text.replace(" ", "")
    if "/" in plain:
        above, below = plain.split("/")
        return Fraction(int(above), int(below)) if int(below) else Fraction(0)
    return Fraction(plain.rstrip("%")) / (100 if plain.endswith("%") else 1)


__all__ = ["cross_entropies"]
