# ruff: noqa: E501 -- a pattern stays on one line
"""The ratio of the two results that a sentence gives, and what a longer sequence does to a table with N × N entries."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from grader.verify.claim import Kind, Method, Spanned, refuted, verified
from grader.verify.reckoning import PLAIN, UNIT, amount_of, shown
from grader.verify.worded import NEAR

RATIO = re.compile(
    rf"(?<!\bby )\b(?:a|the|their|its|this|with a|at a|giving a|which (?:is|gives|makes) a|that is a|for a)\s+(?P<word>ratio|factor|quotient)\s+(?:of the two\s+)?(?:(?:of|is|being|then|thus|therefore|only|just|=)\s+)+(?P<near>{NEAR})(?P<c>{PLAIN})(?![\d.,]*\d|\s*(?:[·*/+^−%]|:\s?\d|-\s*\d|to\b))"
)
FIGURE = re.compile(rf"(?<![\w.,^_/{{])(?P<value>{PLAIN}{UNIT})(?![\w]|[.,]\d)")
# "N = 1024", "D = M = 64" set something
SETS = re.compile(r"(?:^|[^\w)²³}])[A-Za-zα-ωκ](?:_\{?\w+\}?)?\s*=\s*$")
# numbers that are no results
NO_RESULT = re.compile(
    r"\b(?:[Ss]ection|[Tt]able|[Ff]igure|[Ee]q\w*|[Cc]hapter|[Pp]age|layer|depth|step|NN|NNS|ResNet-?|VGG-?|at|for|with|of|by|times|degree)\s*\W?$|[-A-Za-z]$"
)
BEHIND = re.compile(
    r"\s?(?:%|tokens|dimensions|features|images|directions|heads|layers|bytes? (?:each|per)|times|bits?|-|×|·|\*|\^|²|³|/)"
)


COMPARED = re.compile(
    r"\b(?:and|against|versus|vs|instead of|compared|rather than|where|while|whereas|but|than|the other|the former|the latter)\b"
)
YEARS = re.compile(r"\b(?:between|from|in|since|until|after|before|of)\s+(?:19|20)\d\d\b")
FUNCTION_WORDS = frozenset({"and", "for", "with", "against", "versus", "instead", "compared", "where", "while", "whereas", "but", "than", "which", "rather", "the", "per", "that"})  # fmt: skip


@dataclass(frozen=True)
class Result:
    """A number that a sentence gives for something, and the noun behind it."""

    value: Fraction
    text: str
    noun: str
    start: int
    end: int


def _results(text: str) -> list[Result]:
    out = []
    for found in FIGURE.finditer(text):
        before, after = text[: found.start()], text[found.end() :]
        if SETS.search(before) or NO_RESULT.search(before) or BEHIND.match(after):
            continue
        if re.search(r"[·*×+/^−(-]\s*$", before) or re.match(r"\s*[+·*×/−)-]\s*[\dA-Z(]", after):
            continue
        amount = amount_of(found.group("value"))
        noun = re.match(r"\s*([a-z]{3,})", after)
        word = noun.group(1) if noun and noun.group(1) not in FUNCTION_WORDS else ""
        if amount is not None and not amount.percent and amount.value > 1:
            out.append(Result(amount.value, amount.text, word, found.start(), found.end()))
    return out


def _compared(text: str) -> tuple[Result, Result] | None:
    """The two results of a text, if it has exactly two and compares them."""
    results = _results(text)
    if len(results) != 2 or YEARS.search(text):
        return None
    first, second = results
    if first.noun and second.noun and first.noun != second.noun:
        return None
    return (first, second) if COMPARED.search(text[first.end : second.start]) else None


TIMES = {"two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "ten": 10, "nine": 9, "sixteen": 16, "hundred": 100, "a hundred": 100, "twenty": 20, "twenty-five": 25}  # fmt: skip
AS_MANY = re.compile(
    rf"[,;(—–]\s*(?:(?:so|i\.e\.|that is|that's|which is|hence|thus)\s+)*(?P<near>{NEAR})(?P<c>{PLAIN}|{'|'.join(TIMES)})\s*(?:times|-fold|×)(?=\s+(?:as (?:many|much|large|big)|the (?:work|cost|number|size))\b)"
)
SAVING = re.compile(
    rf"(?:\b(?:which |that |this )?(?:saves|saving)|\ba (?:saving|reduction) of)\s+(?P<near>{NEAR})(?P<c>{PLAIN})\s?%"
)
OTHER_MEASURE = re.compile(
    r"\b(?:sum|difference|square|root|log\w*|per|each|average|mean|time|seconds|memory|bytes)\b"
)


def _start(found: re.Match[str]) -> int:
    return found.start("near") if found.re is AS_MANY else found.start()


def ratios(sentence: str) -> Iterator[Spanned]:
    """`the one takes 200 and the other 50, a ratio of 4`: of exactly two results in front of it.

    >>> [j.says for *_, j in ratios("It takes 600 steps and the other 150 steps, a ratio of about 5.")]
    ['the ratio of 600 and 150 is 4, not 5']
    """
    for found in (*RATIO.finditer(sentence), *AS_MANY.finditer(sentence), *SAVING.finditer(sentence)):
        pair = _compared(sentence[: found.start()])
        word = found.group("c")
        stated = amount_of(str(TIMES[word]) if word in TIMES else word)
        if pair is None or stated is None or OTHER_MEASURE.search(sentence[: found.end()]):
            continue
        if found.re is RATIO and re.match(r"\s*(?:more|less|fewer|of)\b", sentence[found.end() :]):
            continue
        near = bool(found.group("near")) or word in TIMES
        larger, smaller = (choose(one.value for one in pair) for choose in (max, min))
        exact = 100 * (1 - smaller / larger) if found.re is SAVING else larger / smaller
        of_them = f"{pair[0].text} and {pair[1].text}"
        what = "%" if found.re is SAVING else ""
        says = (
            f"{'what is saved between' if what else 'the ratio of'} {of_them} is {shown(exact, stated)}{what}"
        )
        if stated.agrees(exact, loose=near) or (found.re is RATIO and stated.agrees(1 / exact, loose=near)):
            yield _start(found), found.end(), verified(Kind.ARITHMETIC, says, Method.COUNT)
        elif not near or abs(stated.value - exact) > exact / 20:
            if found.re is AS_MANY and near and abs(stated.value - exact) < Fraction(1, 2):
                continue  # a number in words is rounded
            witness = {"computed": shown(exact, stated), "stated": stated.text}
            yield _start(found), found.end(), refuted(Kind.ARITHMETIC, f"{says}, not {stated.text}{what}", Method.COUNT, witness)  # fmt: skip


FOLDS = {"twofold": 2, "threefold": 3, "fourfold": 4, "fivefold": 5, "tenfold": 10, "hundredfold": 100, "doubling": 2, "doubled": 2, "tripling": 3, "quadrupling": 4}  # fmt: skip
TABLE = r"(?:number of (?:scores|entries|weights|pairs|attention weights|inner products)|(?:attention|score|weight|kernel|similarity|Gram) (?:matrix|table)|scores|size of the (?:attention|score|weight) (?:matrix|table))"
GROWTH = re.compile(
    rf"(?:\b[Aa]n?\s+(?P<fold>{'|'.join(FOLDS)}|\d{{1,4}}[- ]fold)\s+(?:larger\s+)?(?:N|sequence|number of tokens)|\b(?P<verb>[Dd]oubling|[Tt]ripling|[Qq]uadrupling)\s+(?:N|the (?:sequence length|number of tokens|length|tokens))|\b(?P<many>{'|'.join(TIMES)}|\d{{1,4}})\s+times (?:as many tokens|the tokens|the length|as long a sequence)|\bmultiplying (?:N|the (?:sequence )?length) by (?P<by>\d{{1,4}}))"
    rf"\s+(?:(?:therefore|thus|then|already|only)\s+)?(?:multipl(?:ies|y)|increases?|enlarges?|grows?|gives?|means?|makes?|needs?|has|have|raises?)\s+(?:the\s+)?(?P<what>{TABLE}|it|them)?\s*(?:(?:by|a factor|of|larger)\s+)*(?P<c>\d{{1,7}}|{'|'.join(TIMES)})\b(?!\s*(?:%|more tokens|per\b|for (?:each|one|every)|in each))(?P<times>\s+times|-fold)?",
    re.I,
)


def grown_tables(sentence: str) -> Iterator[Spanned]:
    """`a tenfold N multiplies the number of scores by 100`: a table of N × N grows with the square.

    >>> [j.ruling.value for *_, j in grown_tables("A tenfold N multiplies the number of scores by 20.")]
    ['refuted']
    """
    subject = re.search(TABLE, sentence, re.I)
    if subject is None or re.search(
        r"\bcausal|linear|features?|kernelized|random\b|memory|time|seconds|would|not\b", sentence, re.I
    ):
        return
    for found in GROWTH.finditer(sentence):
        if found.group("what") is None or (
            found.group("what").lower() in {"it", "them"} and subject.start() > found.start()
        ):
            continue
        word = next(filter(None, (found.group(key) for key in ("fold", "verb", "many", "by")))).lower()
        factor = FOLDS.get(word) or TIMES.get(word) or int(re.sub(r"\D", "", word))
        told = found.group("c").lower()
        stated = TIMES[told] if told in TIMES else int(told)
        says = f"(N·{factor})² is {factor**2} times N²"
        if stated == factor**2:
            yield found.start(), found.end(), verified(Kind.COMPLEXITY, says, Method.COUNT)
        else:
            witness = {"N": f"1 and {factor}", "entries": f"1 and {factor**2}", "stated": f"{stated} times"}
            yield found.start(), found.end(), refuted(Kind.COMPLEXITY, says, Method.COUNT, witness)


def ratio_claims(sentence: str) -> Iterator[Spanned]:
    """(start, end, ruling) of each such statement of a sentence."""
    yield from ratios(sentence)
    yield from grown_tables(sentence)


__all__ = ["ratio_claims"]
