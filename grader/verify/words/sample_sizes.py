# ruff: noqa: E501 -- a pattern stays on one line
"""How many more random features make a spread so many times smaller: R times as many divide the variance by R, the error by √R.

A sentence says how a spread changes (`halving the error`, `half the deviation`, `a tenth of it`) and how the number of
features does (`4R`, `twice as many`, `doubling R`), in either order; the two are compared.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass

from grader.verify.claim import Judged, Kind, Method, Spanned, refuted, verified
from grader.verify.reading.plain_signs import plain_signs

_SIZE = r"(?:(?<![\w\\])[RrmF](?!\w)|(?:(?:random|fourier|the) )*(?:features?|frequenc(?:y|ies)|samples|projections?|directions?|draws))"
_SPREAD = r"(?P<{0}>(?:monte[- ]carlo |approximation |estimation |sampling |typical |kernel )*(?:variance|standard (?:deviation|error)s?|std\.?(?: dev\.?)?|rmse?|root[- ]mean[- ]square(?:d)? error|errors?|noise|accuracy|precision|tolerance|confidence (?:interval|width)|ε|it)(?!\w))"
_WORDS = {
    "two": 2, "twice": 2, "double": 2, "doubles": 2, "doubling": 2, "doubled": 2, "halve": 2, "halves": 2, "halving": 2, "halved": 2, "half": 2,
    "three": 3, "triple": 3, "tripling": 3, "triples": 3, "third": 3, "four": 4, "quadruple": 4, "quadruples": 4, "quadrupling": 4, "fourfold": 4, "quarter": 4,
    "fourth": 4, "twofold": 2, "nine": 9, "ten": 10, "tenfold": 10, "tenth": 10, "sixteen": 16, "hundred": 100, "hundredfold": 100, "hundredth": 100, "eight": 8,
}  # fmt: skip
_NUMBER = r"(?:\d+(?:\.\d+)?|two|three|four|eight|nine|ten|sixteen|(?:a |one )?hundred)"
_MORE = r"(?:doubl(?:e|es|ing)|tripl(?:e|es|ing)|quadrupl(?:e|es|ing))"
_LESS = r"(?:halv(?:e|es|ing)|cut(?:s|ting)? in half|divid(?:e|es|ing) by two)"
_THE = r"(?:the |its |their |this |that |required |necessary |number of |random |typical |of |an? )*"
FEWER_SPREAD = (
    re.compile(rf"\b(?P<word>{_LESS}) {_THE}{_SPREAD.format('spread')}", re.I),
    re.compile(rf"\b(?P<word>cut) {_THE}{_SPREAD.format('spread')} in half", re.I),
    re.compile(rf"\b(?P<word>half|an? (?:third|quarter|tenth|hundredth)(?: of)?) {_THE}{_SPREAD.format('spread')}", re.I),
    re.compile(rf"\b(?P<word>twice|{_NUMBER} times) {_THE}(?:higher |better )?(?P<spread>precision|accuracy)", re.I),
    re.compile(rf"\b(?:reduc|shrink|cut|divid|lower|decreas|bring|push|improv)\w*(?: down)? {_THE}{_SPREAD.format('spread')} (?:by|to|down by) (?:a |the |factor |of |an )*(?P<word>{_NUMBER}|half|third|quarter|tenth|hundredth)(?! ?%)", re.I),
    re.compile(rf"{_SPREAD.format('spread')}(?: of the \w+(?: \w+)?)? (?:is |are |gets |becomes |falls? |drops? |shrinks? |goes down |decreases? |improves? |only )*(?P<word>halved|halves|(?:by|to) (?:a |the |factor |of |an |one )*(?:{_NUMBER}|half|third|quarter|tenth)|{_NUMBER} times smaller)(?! ?%)", re.I),
    re.compile(rf"\b(?P<word>{_NUMBER}) times (?:smaller|lower|less) {_THE}{_SPREAD.format('spread')}", re.I),
)  # fmt: skip
LARGER_SPREAD = (re.compile(rf"\b(?P<word>{_MORE}) {_THE}{_SPREAD.format('spread')}", re.I),)
MORE_FEATURES = (
    re.compile(rf"\b(?P<word>{_MORE}) {_THE}{_SIZE}", re.I),
    re.compile(rf"\b(?P<word>twice|{_NUMBER} times|{_NUMBER}-?fold|fourfold|tenfold|{_NUMBER}(?:×|x)) (?:as many|more|the number of|as large|the)(?: (?:an? )?{_SIZE}|$|(?=[ .,;)]))", re.I),
    re.compile(rf"(?<![\w.])(?P<word>\d+) ?(?:·|\*)? ?[RrmF](?!\w)(?: {_SIZE})?", re.I),
    re.compile(rf"{_SIZE} (?:has to be |must be |is |are |needs to be |be )*(?P<word>doubled|tripled|quadrupled|multiplied by {_NUMBER}|{_NUMBER} times as large)", re.I),
    re.compile(rf"{_SIZE} (?:must |has to |needs to )?(?:grows?|increases?) (?:by a factor (?:of )?|(?=\w+fold))(?P<word>{_NUMBER}|fourfold|tenfold)", re.I),
)  # fmt: skip
FEWER_FEATURES = (re.compile(rf"\b(?P<word>{_LESS}) {_THE}{_SIZE}", re.I),)
CUT = re.compile(
    r";\s|\.\s|,? (?:and|but|whereas|while) (?=(?:for|to|with|halv|doubl|quadrupl|a |the |it )\b)", re.I
)
SCOPE = re.compile(r"random|fourier|\bRF[AF]\b|monte[- ]carlo", re.I)
NAMED = re.compile(
    r"variance|standard (?:deviation|error)|std\b|rmse?\b|\berrors?\b|noise",
    re.I,
)
OTHER = re.compile(
    r"\b(?:not|never|would|could|might|unless|time|costs?|cheaper|memory|operations|work|steps|epochs?|batch|loss|training|test|margin|images?|tokens?|sequence|gradient)\b|n['’]t\b|\bN\b",
    re.I,
)


@dataclass(frozen=True)
class _Change:
    start: int
    end: int
    times: float
    spread: str = ""


def sample_sizes(sentence: str, before: str) -> Iterator[Spanned]:
    """`to halve the standard error one needs four times as many features`.

    >>> told = "Doubling R halves the standard deviation of the estimate."
    >>> [judged.ruling.value for _, _, judged in sample_sizes(told, "random features")]
    ['refuted']
    """
    plain, places = plain_signs(sentence)
    if not SCOPE.search(f"{before[-1500:]} {plain}"):
        return
    at = 0
    for cut in (*CUT.finditer(plain), None):
        end = cut.start() if cut is not None else len(plain)
        part = plain[at:end]
        spreads = _changes(part, FEWER_SPREAD, 1) + _changes(part, LARGER_SPREAD, -1)
        sizes = _changes(part, MORE_FEATURES, 1) + _changes(part, FEWER_FEATURES, -1)
        sizes = [
            size
            for size in sizes
            if not any(size.start < one.end and one.start < size.end for one in spreads)
        ]
        # "half the deviation, that is twice the precision" says one thing twice
        if len({spread.times for spread in spreads}) == 1 == len(sizes):
            both = [*spreads, *sizes]
            first, last = min(one.start for one in both), max(one.end for one in both)
            what = {_named(spread.spread, plain[: at + first], before) for spread in spreads} - {""}
            if len(what) == 1 and not OTHER.search(part[:last]) and last - first < 160:
                yield (
                    places[at + first],
                    places[at + last],
                    _ruling(what.pop(), sizes[0].times, spreads[0].times),
                )
        at = cut.end() if cut is not None else end


def _named(spread: str, earlier: str, before: str) -> str:
    """Which spread is meant: its own word, or what a pronoun stands for."""
    if spread.lower() in {"precision", "accuracy"}:
        return ""  # of the variance or of the error
    if spread.lower() != "it":
        return "variance" if "variance" in spread.lower() else "error"
    named = NAMED.findall(f"{before[-200:]} {earlier}")
    return "" if not named else "variance" if named[-1].lower() == "variance" else "error"


def _changes(part: str, patterns: tuple[re.Pattern[str], ...], power: int) -> list[_Change]:
    found: list[_Change] = []
    for pattern in patterns:
        for match in pattern.finditer(part):
            times = _times(match.group("word"))
            overlaps = any(match.start() < one.end and one.start < match.end() for one in found)
            if times is not None and times > 1 and not overlaps:
                found.append(
                    _Change(match.start(), match.end(), times**power, match.groupdict().get("spread") or "")
                )
    return found


def _times(word: str) -> float | None:
    number = re.search(r"\d+(?:\.\d+)?", word)
    if number is not None:
        return float(number.group())
    known = [_WORDS[part] for part in re.findall(r"[a-z]+", word.lower()) if part in _WORDS]
    if not known and re.match(r"cut|divid", word, re.I):
        return 2.0
    stem = {"tripled": 3, "quadrupled": 4, "doubled": 2}
    known = known or [stem[part] for part in re.findall(r"[a-z]+", word.lower()) if part in stem]
    return float(known[0]) if len(known) == 1 or (known and len(set(known)) == 1) else None


def _ruling(what: str, more: float, less: float) -> Judged:
    true = more if what == "variance" else math.sqrt(more)
    says = f"{more:g} times as many terms make the {what} {true:.3g} times smaller, since the variance falls like 1/R"
    if abs(true - less) < 0.05 * true:
        return verified(Kind.COMPLEXITY, says, Method.SYMBOLIC)
    return refuted(Kind.COMPLEXITY, says, Method.SYMBOLIC, {"terms": f"{more:g} times", "stated": f"{less:g} times", "true": f"{true:.3g} times"})  # fmt: skip


__all__ = ["sample_sizes"]
