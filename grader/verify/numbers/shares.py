# ruff: noqa: E501 -- a pattern stays on one line
"""A part, a whole and a percentage, in whatever order a text has them: `of the 56 deepest 21 are, an accuracy of 37.5 %`.

A whole stands behind `of`, `out of`, `among`; a part is any other count. The percentage belongs to the one part and
the one whole since the percentage before it, or else to the one group that the paragraph counts (`Of 800 images ...`).
Where there are several, nothing is said.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from grader.verify.claim import Judged, Kind, Method, Spanned, refuted, verified
from grader.verify.numbers.arithmetic import Figure, figures
from grader.verify.numbers.reckoning import LOOSE, shown
from grader.verify.numbers.worded import DISTRIBUTED, NEAR, masked
from grader.verify.reading.numerals import FRACTION, fraction_of

DETERMINER = (
    r"(?:\s(?:the|our|all|these|those|its|his|a total of|only|about|some|roughly|around|[a-zA-Z]\s?=))*"
)
OF = re.compile(rf"(?:\b(?:of|out of|among|amongst)|/){DETERMINER}\s?$", re.I)
ON = re.compile(rf"\b(?:on|over|for|with|from|of|out of|among|in){DETERMINER}\s?$", re.I)
THINGS = r"(?:images?|examples?|samples?|points?|pictures?|digits?|faces?|triplets?|pairs?|neighbou?rs?|instances?|items?|queries|inputs?|predictions?|votes?|probes?|negatives?|embeddings?|cases?|entries|weights|parameters|ones)"
NO_COUNT = re.compile(
    r"\s?(?:×|x\b|\*|·|/|\^|²|=|ms\b|s\b|seconds?|minutes?|hours?|epochs?|bytes?|[kKMGT]i?B\b|times|-?fold|points?\b(?! (?:are|is|lie|have))|dimensions?|-dimensional|classes\b|layers?\b|tokens\b|\+|-\d|:\d)"
)
LINK = re.compile(
    r"^(?P<things>[^.;%]{0,70}?)(?:\s*[,(:—–=≈→]\s*|\s+(?=(?:so|i\.e\.|that|which|or|hence|thus|is|are|was|were|makes?|gives?|means?|an?|with|corresponds?)\b))(?P<what>(?:(?:so|i\.e\.,?|that is,?|that['’]s|which is|which means|this is|or|hence|thus|is|are|was|were|makes?|giving|gives?|making|means?|meaning|for|with|corresponds? to|amounts? to|equals?|and|in other words|an?|the|of|share|fraction|rate|proportion|percentage|part|its|their|our|overall|total|train\w*|test|error|accuracy|rate|recall|precision|correct|right|wrong|only|just|exactly|about|already)[ ,]*)*)(?P<near>"
    + NEAR
    + r")$",
    re.I,
)
OTHER_SHARE = re.compile(
    r"\s*(?:higher|lower|better|worse|more|less|larger|smaller|faster|slower|above|below|points?|percentage|±|\+|-\s?\d|–\s?\d|of (?:which|the (?:other|rest|remaining)|\d|(?:these|those|them) (?:are|is|were|have|has|had|get)\b))",
    re.I,
)
ONE_OF_A_LIST = re.compile(rf"\s*(?:,|,?\s*and|/|or|to|–|-|&)\s*{NEAR}\d[\d.,]*\s?%")
WRONG = re.compile(r"\b(?:wrong|errors?|incorrect\w*|misclassified|mistakes?|fail\w*|missed)\b", re.I)
RIGHT = re.compile(r"\b(?:right|correct|correctly|accura\w+)\b", re.I)
# "300 at depth 4 (90 % right)": how many of these are right, not how many of all they are
OF_THE_PART = re.compile(
    r"\s*(?:of (?:them|these|those) )?(?:are |is |were )?(?:classified )?(?:right|correct\w*|accura\w+|wrong|incorrect\w*|misclassified)\b",
    re.I,
)
CHANGED = re.compile(
    r"\b(?:flipped|removed|dropped|left out|frozen|masked|corrupted|noisy|dimensions?|used|kept|labell?ed)\b",
    re.I,
)
GROUP = re.compile(
    rf"\b(?:[Oo]f|[Oo]ut of|[Aa]mong|[Oo]n|[Ww]ith|have|has|took|take|used?|looked at|counted|evaluated|tested|inspected|at)(?: all)?(?: the| our| these| those)?(?: a total of)? (?P<n>\d{{1,3}}(?:,\d{{3}})+|\d+) (?:[a-z-]+ ){{0,2}}?{THINGS}\b|(?<![\d.,])(?P<m>\d{{1,3}}(?:,\d{{3}})+|\d+) (?:[a-z-]+ ){{0,2}}?{THINGS}\s+(?:in all|in total|altogether|overall)"
)
LEFT_OUT = re.compile(r"[^.;]{0,60}?\b(?:after|without|except|excluding|minus|not counting|left)\b", re.I)
MOST_APART = 20
FARTHEST = 400


@dataclass(frozen=True)
class Count:
    """A number of things in a sentence."""

    figure: Figure
    whole: bool

    @property
    def value(self) -> Fraction:
        """How many."""
        return self.figure.value


def counts_in(text: str) -> list[Count]:
    """The counts of a text in which the names of numbers have been made unreadable."""
    out = []
    for one in figures(text):
        before, after = text[: one.start], text[one.start + len(one.text) :]
        named = re.search(r"\b[A-Za-z]\s?=\s*$", before)  # "of N = 50 images" counts, "D = 64" doesn't
        computed = NO_COUNT.match(after) or (
            re.search(r"[=·×*+^<>≤≥]\s*$", before) and not (named and OF.search(before[: named.start()]))
        )
        if one.percent or one.value.denominator != 1 or computed:
            continue
        out.append(Count(one, bool(OF.search(before))))
    return out


def share_claims(sentence: str, before: str) -> Iterator[Spanned]:
    """(start, end, ruling) of each share that a sentence gives; `before` is its paragraph up to it.

    >>> [j.says for *_, j in share_claims("Of the 56 deepest 21 are, an accuracy of 42.5 %.", "")]
    ['21 of 56 is 37.5%, not 42.5 %']
    """
    if DISTRIBUTED.search(sentence):
        return
    text = masked(sentence)
    # the 6 of 1/6 counts nothing
    counts = [one for one in counts_in(text) if not text[: one.figure.start].endswith("/")]
    group = group_of(before)
    since = 0
    for share in [one for one in figures(text) if one.percent]:
        here = [one for one in counts if since <= one.figure.start < share.start]
        aside = IN_BRACKETS.match(text, share.start + len(share.text))
        if aside is not None:
            part, whole = (Fraction(aside.group(name).replace(",", "")) for name in "ab")
            judged = _compared(part / whole, share, f"{shown(part)} of {shown(whole)}", near=False) if 0 < part <= whole else None  # fmt: skip
            if judged is not None and not share.agrees(1 - part / whole):
                yield share.start, aside.end(), judged
            since = aside.end()
            continue
        behind = _whole_behind(share, counts, text)
        if behind is not None:
            since, judged = behind[1], _of_behind(text, here, share, behind[0])
            if judged is not None:
                yield here[-1].figure.start, behind[1], judged
            continue
        pair = _pair(here, [one for one in counts if one.figure.start < since], group)
        last = text.rfind(";", since, share.start)
        if pair is None and last > since:
            # what stands before a semicolon may count something else
            here = [one for one in here if one.figure.start > last]
            pair = _pair(here, [], None)
        if pair is not None:
            judged = _share(text, pair[0], pair[1], here[-1].figure, share)
            if judged is not None:
                start = min(here[0].figure.start, here[-1].figure.start) if here else share.start
                yield start, share.start + len(share.text), judged
        since = share.start + len(share.text)
    yield from _products(text, counts)
    yield from _fractions(text, counts)
    yield from _rests(text, before)


def _whole_behind(share: Figure, counts: Sequence[Count], text: str) -> tuple[Fraction, int] | None:
    """The whole of `30 % of the 8 million`, and where it ends."""
    end = share.start + len(share.text)
    for one in counts:
        if one.figure.start > end and re.fullmatch(
            rf"\s*(?:out )?of{DETERMINER}\s", text[end : one.figure.start]
        ):
            return one.value, one.figure.start + len(one.figure.text)
    return None


def _of_behind(text: str, here: Sequence[Count], share: Figure, whole: Fraction) -> Judged | None:
    """`50 come from depth 9, which is 20 % of the 250 errors`: the last count before is the part."""
    if not here:
        return None
    part = here[-1].figure
    link = LINK.match(text[part.start + len(part.text) : share.start])
    if link is None or not link.group("what").strip() or not 0 < part.value <= whole:
        return None
    if not part.value / whole / MOST_APART <= share.value <= part.value / whole * MOST_APART:
        return None  # these two are not the figures that are meant
    if LEFT_OUT.match(text[share.start + len(share.text) :]):
        return None
    return _compared(
        part.value / whole, share, f"{part.text} of {shown(whole)}", near=bool(link.group("near"))
    )


def _compared(exact: Fraction, share: Figure, says: str, *, near: bool) -> Judged | None:
    if share.agrees(exact, loose=near):
        return verified(Kind.ARITHMETIC, f"{says} is {shown(exact, share)}", Method.COUNT)
    if near and abs(share.value - exact) <= exact / 20:
        return None
    witness = {"computed": shown(exact, share), "stated": share.text}
    return refuted(
        Kind.ARITHMETIC, f"{says} is {shown(exact, share)}, not {share.text}", Method.COUNT, witness
    )


IN_BRACKETS = re.compile(
    r"\s*[^.;%()\d]{0,60}\(\s?(?P<a>\d[\d,]*)(?: [a-z]+)? (?:of|out of|from|/) (?:the |all )?(?P<b>\d[\d,]*)(?: [a-z]+)?\s?\)"
)


def group_of(before: str) -> Fraction | None:
    """How many things a paragraph speaks of, where it counts one group only."""
    found = {
        Fraction((one.group("n") or one.group("m")).replace(",", ""))
        for one in GROUP.finditer(masked(before)[-FARTHEST:])
    }
    return found.pop() if len(found) == 1 else None


def _pair(
    here: Sequence[Count], earlier: Sequence[Count], group: Fraction | None
) -> tuple[Figure, Fraction] | None:
    """The part and the whole among the counts before a percentage."""
    wholes = [one for one in here if one.whole]
    parts = [one for one in here if not one.whole]
    if len(parts) != 1 or len(wholes) > 1:
        return None
    if wholes:
        whole = wholes[0].value
    else:
        told = {one.value for one in earlier if one.whole}
        if len(told) > 1 or (not told and group is None):
            return None
        whole = told.pop() if told else group or Fraction(0)
    part = parts[0].figure
    return (part, whole) if whole > 0 and part.value <= whole else None


def _share(text: str, part: Figure, whole: Fraction, last: Figure, share: Figure) -> Judged | None:
    behind = text[share.start + len(share.text) :]
    link = LINK.match(text[last.start + len(last.text) : share.start])
    if (
        link is None
        or CHANGED.search(link.group("things"))
        or OTHER_SHARE.match(behind)
        or ONE_OF_A_LIST.match(behind)
        or (OF_THE_PART.match(behind) and not (RIGHT.search(link.group()) or WRONG.search(link.group())))
    ):
        return None
    exact = part.value / whole
    about = text[max(0, part.start - 60) : share.start]
    what = link.group("what")
    if ("accuracy" in what and WRONG.search(about) and not re.search(r"\b(?:right|correct)", about)) or (
        "error" in what and re.search(r"\b(?:right|correct)", about)
    ):
        exact = 1 - exact
    near = bool(LOOSE.search(link.group("near")))
    says = f"{part.text} of {shown(whole)} is {shown(part.value / whole, share)}"
    if exact != part.value / whole:
        says += f", and the rest {shown(exact, share)}"
    if share.agrees(exact, loose=near):
        return verified(Kind.ARITHMETIC, says, Method.COUNT)
    if share.agrees(1 - exact, loose=near) or (near and abs(share.value - exact) <= exact / 20):
        return None
    witness = {"computed": shown(exact, share), "stated": share.text}
    return refuted(Kind.ARITHMETIC, f"{says}, not {share.text}", Method.COUNT, witness)


THEN = re.compile(
    rf"^\s*(?P<things>[^.;%\d]{{0,50}}?)\s*(?:[,(:—–=≈→]|\b(?:are|is|means?|makes?|gives?|i\.e\.|that is|or|so|corresponds? to|leaves)\b)\s*(?:(?:i\.e\.,?|that is,?|that['’]s|which is|which means|so|are|is|means?|makes?|gives?|or|hence|thus|we (?:have|get)|there are|it is)\s+)*(?P<near>{NEAR})$",
    re.I,
)


def _products(text: str, counts: Sequence[Count]) -> Iterator[Spanned]:
    """`20 % of the 50 images, i.e. 10 images`, `an error rate of 5 % on 2,000 images means 100 wrong ones`."""
    shares = [one for one in figures(text) if one.percent and one.value <= 1]
    for share in shares:
        end = share.start + len(share.text)
        behind = [one for one in counts if one.figure.start >= end][:2]
        if len(behind) < 2 or any(
            end <= one.start < behind[1].figure.start for one in shares if one is not share
        ):
            continue
        whole, part = behind
        if not re.fullmatch(
            rf"[^.;,%\d]{{0,40}}?\b(?:of|on|among|for){DETERMINER}\s?", text[end : whole.figure.start], re.I
        ):
            continue
        then = THEN.match(text[whole.figure.start + len(whole.figure.text) : part.figure.start])
        if then is None or part.whole or part.value > whole.value:
            continue
        tail = re.split(r"[.;,]", text[part.figure.start + len(part.figure.text) :])[0]
        before = re.split(r"[.;]", text[: share.start])[-1][-40:]
        value = share.value
        if ("accuracy" in before and WRONG.search(tail)) or ("error" in before and RIGHT.search(tail)):
            value = 1 - value
        exact = value * whole.value
        says = f"{shown(value, share)} of {whole.figure.text} is {shown(exact)}"
        near = bool(LOOSE.search(then.group("near")))
        slack = share.last * whole.value / 2
        if part.figure.agrees(exact, loose=near) or abs(part.value - exact) <= slack:
            yield (
                share.start,
                part.figure.start + len(part.figure.text),
                verified(Kind.ARITHMETIC, says, Method.COUNT),
            )
        elif (
            re.match(
                r"\s*(?:\)|,|\.|;|$|" + THINGS + r"|wrong|right|correct|errors?|of them|have|are|were)", tail
            )
            or not tail
        ):
            rest = whole.value - exact
            if part.figure.agrees(rest, loose=near) or abs(part.value - rest) <= slack or near:
                continue
            witness = {"computed": shown(exact), "stated": part.figure.text}
            yield share.start, part.figure.start + len(part.figure.text), refuted(Kind.ARITHMETIC, f"{says}, not {part.figure.text}", Method.COUNT, witness)  # fmt: skip


FRACTION_OF = re.compile(
    rf"\b(?P<c>{FRACTION}) of (?:the |our |all |these )*(?P<b>\d{{1,3}}(?:,\d{{3}})+|\d+)(?P<things>[^.;%\d]{{0,40}}?)\s*(?:[,(:—–=]|\b(?:are|is|means?|makes?|i\.e\.)\b)\s*(?:(?:i\.e\.,?|that is,?|which is|so|are|or|is)\s+)*(?P<a>\d{{1,3}}(?:,\d{{3}})+|\d+)(?![\d%.]*[\d%]|\s*[·×%])",
    re.I,
)
AS_FRACTION = re.compile(
    rf"^(?P<things>[^.;%\d]{{0,60}}?)\s*[,(:—–=≈]\s*(?:(?:i\.e\.,?|that is,?|that['’]s|which is|so|or|hence)\s+)*(?P<near>{NEAR})(?P<c>{FRACTION})\b(?! (?:as|the|a|an|more|less)\b)",
    re.I,
)


def _fractions(text: str, counts: Sequence[Count]) -> Iterator[Spanned]:
    """`two thirds of the 30 images (20 images)`, `20 of the 30 images, that is two thirds`."""
    for found in FRACTION_OF.finditer(text):
        share = fraction_of(found.group("c"))
        whole, part = (Fraction(found.group(name).replace(",", "")) for name in "ba")
        says = f"{found.group('c')} of {shown(whole)} is {shown(share * whole)}"
        if abs(part - share * whole) < 1:
            yield found.start(), found.end("a"), verified(Kind.ARITHMETIC, says, Method.COUNT)
        elif part <= whole and abs(part - (whole - share * whole)) >= 1:
            witness = {"computed": shown(share * whole), "stated": shown(part)}
            yield found.start(), found.end("a"), refuted(Kind.ARITHMETIC, f"{says}, not {shown(part)}", Method.COUNT, witness)  # fmt: skip
    for part_, whole_ in pairwise(counts):
        if part_.whole or not whole_.whole or part_.value > whole_.value or not whole_.value:
            continue
        end = whole_.figure.start + len(whole_.figure.text)
        said = AS_FRACTION.match(text[end:])
        if said is None:
            continue
        exact, share = part_.value / whole_.value, fraction_of(said.group("c"))
        says = f"{part_.figure.text} of {whole_.figure.text} is {float(exact):.3g}"
        span = part_.figure.start, end + said.end()
        if abs(exact - share) <= share * Fraction(6, 100):
            yield *span, verified(Kind.ARITHMETIC, says, Method.COUNT)
        elif (
            abs(exact - share) > share * (Fraction(3, 10) if said.group("near") else Fraction(2, 10))
            and abs(1 - exact - share) > share / 10
        ):
            witness = {"computed": f"{float(exact):.4g}", "stated": said.group("c")}
            yield *span, refuted(Kind.ARITHMETIC, f"{says}, not {said.group('c')}", Method.COUNT, witness)


REST = re.compile(
    rf"\b(?:[Tt]he|[Aa]ll) (?:other|remaining|rest,?)(?: of (?:the|them))? (?P<n>\d{{1,3}}(?:,\d{{3}})+|\d+)(?: (?:[a-z]+ )?{THINGS})? (?:[a-z]+)"
)


def _rests(text: str, before: str) -> Iterator[Spanned]:
    """`Of 1200 images 516 have depth 0. The other 684 need a layer`: what the parts named leave of the one group."""
    for found in REST.finditer(text):
        earlier = f"{masked(before)[-FARTHEST:]} {text[: found.start()]}"
        group = GROUP.search(earlier)
        if group is None or len({one.group() for one in GROUP.finditer(earlier)}) != 1:
            continue
        whole = Fraction((group.group("n") or group.group("m")).replace(",", ""))
        parts = [
            one.value for one in counts_in(earlier[group.end() :]) if not one.whole and one.value < whole
        ]
        rest = whole - sum(parts, Fraction(0))
        stated = Fraction(found.group("n").replace(",", ""))
        if not parts or ("%" in earlier[group.end() :] and len(parts) > 1):
            continue
        says = f"{shown(whole)} without {' and '.join(map(shown, parts))} is {shown(rest)}"
        if stated == rest:
            yield found.start(), found.end("n"), verified(Kind.ARITHMETIC, says, Method.COUNT)
        elif len(parts) == 1 and re.search(
            rf"\b(?:[Oo]f|[Aa]mong|[Oo]ut of)\b[^.;]*{group.group('n') or '§'}", earlier
        ):
            witness = {"computed": shown(rest), "stated": shown(stated)}
            yield found.start(), found.end("n"), refuted(Kind.ARITHMETIC, f"{says}, not {shown(stated)}", Method.COUNT, witness)  # fmt: skip


__all__ = ["share_claims"]
