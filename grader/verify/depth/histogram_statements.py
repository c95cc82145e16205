# ruff: noqa: E501 -- a pattern stays on one line
"""What a sentence says of the histogram that the text gave: shares and counts of depths in any order of words, sums, peaks, mean and median."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

from grader.verify.claim import Kind, Method, Ruling, Spanned, refuted, verified
from grader.verify.depth.histogram_lists import (
    all_listed,
    counted_again,
    entries,
    judged_amount,
    listed_shares,
)
from grader.verify.depth.histogram_tokens import (
    OF_ALL,
    OF_SOME,
    TOPMOST,
    Amount,
    Scope,
    amounts,
    scopes,
)
from grader.verify.depth.histograms import (
    BAR,
    PLACE_NAME,
    THINGS,
    WHOLE,
    Histogram,
    line_of_counts,
)
from grader.verify.depth.listings import listings_in
from grader.verify.depth.statistics_said import statistic_claims
from grader.verify.reading.numerals import NUMERAL, multiple_of

# what takes a sentence away from the histogram before it
OTHERS = re.compile(
    r"accura|\bcorrect|\bright\b|\bwrong\b|\berrors?\b|mistake|misclass|probabilit|\bpaper\b|\b(?:labels?|votes?|answers?) (?:of|from) (?:the |all |our )*(?:k-?NN |nearest-neighbou?r )*probes?\b|Baldock|et al|\bchance\b|expect|\bwould\b|\bepochs?\b|\bother (?:runs?|models?|networks?|data)|\bseeds?\b|\b(?:second|another|other) run\b|\buntrained\b|\brandom labels\b|\b(?:probe )?(?:answers?|votes?|predictions?|predicts?|says?)\b[^.;]{0,60}\d\W+\d|\bper cent of (?:those|these)\b",
    re.I,
)
DENIED = re.compile(r"\bnot\b|n['’]t\b|\bnever\b|\bexcept\b|\bunlike\b", re.I)
LONGEST_BETWEEN = 70
WRITTEN_OUT = re.compile(r"(?<![\d.,])(?:\d[\d,]* ?\+ ?)+\d[\d,]* ?=(?= ?\d)")  # "28 + 22 + 15 = 65 images"
# what parts a number from a depth: a comparison, a reason, another statement
JUDGES = re.compile(
    r"\bthan\b|\ba lot\b|\blittle\b|\btypical|\busual|\bnormal|\b(?:since|because|whereas|as|so the)\b|\bagree",
    re.I,
)
SAME_AGAIN = re.compile(
    r"^[\s,(–—-]*(?:that is|that['’]s|i\.e\.|which is|which are|or|so|=|≈|thus|hence)?[\s,:(]*$", re.I
)
STATEMENTS: dict[str, re.Pattern[str]] = {
    "total": re.compile(
        rf"\b(?:(?:counts?|bars?|bins?|numbers?|they|entries|rows?|histogram|columns?|these|which|all)\b[^.;\d]{{0,40}}?\b(?:add(?:s|ing)?(?: up)? to|sums?(?: up)? to|total(?:s|ling)?(?: of)?|make(?: up)?|give)|(?:the )?(?:sum|total)(?: of (?:all |the )*(?:counts|bars|bins|numbers))?\s*(?:is|=|:)|in total|altogether|in all|all together)\s+(?:exactly )?(?P<n>{WHOLE})(?!\d|,\d|\.\d|\s*%|\s+(?:bars?|bins?|depths?|probes?|layers?))|\bhistogram\b[^.;\d]{{0,40}}\b(?:counts|covers|holds|contains|describes|represents|is (?:of|over|that of))\s+(?:exactly |only )?(?P<n3>{WHOLE})(?=\s+{THINGS})|(?<![\d.,])(?P<n2>{WHOLE})(?:\s+{THINGS})? (?:in total|altogether|in all)\b",
        re.I,
    ),
    "peak": re.compile(
        rf"\b(?:(?:the\s+)?{TOPMOST}\s+(?:(?:bar|bin|count|peak|column|one|prediction depth|depth)\b)|(?:the\s+)?(?:mode|peak|maximum)\b(?! of accuracy)|most\s+{THINGS}|(?:histogram|distribution|counts?) (?:peaks?|(?:is|are) highest|culminates?|has its (?:peak|maximum|mode)))\s*(?:of the (?:histogram|distribution|depths)\s*)?(?:is|are|was|sits|lies|stands|occurs|comes|has|have)?\s*(?:at|in|for|that of)?\s*(?:{PLACE_NAME})?\s*(?P<depth>\d{{1,2}})(?!\d|[.,]\d|\s*\\?%|\s+or\b)"
        rf"|\b{PLACE_NAME}\s+(?P<depth2>\d{{1,2}}) (?:is|was|has|holds|gets) (?:by far )?the (?:mode|peak|{TOPMOST}(?: (?:bar|bin|depth|column|one|count))?|most {THINGS})\b",
        re.I,
    ),
    "lowest": re.compile(
        rf"\b(?:smallest|lowest|shortest|rarest|least frequent|least common)\s+(?:(?:bar|bin|count|column|of all)\s+)?(?:prediction )?(?:{PLACE_NAME}\s+)?(?:is|sits|lies|stands|occurs|comes|has|belongs to)?\s*(?:at|in|for|that of)?\s*(?:{PLACE_NAME})\s+(?P<depth>\d{{1,2}})(?!\d|[.,]\d|\s*\\?%)",
        re.I,
    ),
    "second": re.compile(
        rf"\bsecond\s+(?:(?:tallest|highest|largest|biggest)\s+)?(?:bar|bin|peak|column|count)\s+(?:is|sits|lies|stands|occurs|comes)?\s*(?:the one |that )?(?:at|in|of)?\s*(?:{PLACE_NAME})\s+(?P<depth>\d{{1,2}})(?!\d|[.,]\d|\s*\\?%)",
        re.I,
    ),
    "two peaks": re.compile(
        r"\btwo (?:(?:main|highest|tallest|largest) )?(?:peaks|bars)\b[^.;\d]{0,70}(?<![\d.,])(?P<n>\d[\d,]*)(?![\d%]|\.\d|\s*%)",
        re.I,
    ),
    "multiple": re.compile(
        rf"\b{PLACE_NAME}\s+(?P<first>\d{{1,2}})\s+(?:has|holds|contains)\s+(?P<more>more|less|fewer)\s+than\s+(?P<factor>twice|half|double|{NUMERAL}\s+times|\d+(?:\.\d+)?\s*(?:times|x|×))\s+(?:as many|the)\s+{THINGS}\s+(?:as|of|at|than)\s+{PLACE_NAME}\s+(?P<second>\d{{1,2}})(?!\d)",
        re.I,
    ),
    "difference": re.compile(
        rf"\b{PLACE_NAME}\s+(?P<first>\d{{1,2}})\b[^.;]{{0,40}}?[,(]\s*(?:which is\s+|that is\s+|i\.e\.\s*)?(?P<n>\d[\d,]*)\s+(?P<how>more|fewer|less)\s+than\s+{PLACE_NAME}\s+(?P<second>\d{{1,2}})(?!\d)",
        re.I,
    ),
    "ratio": re.compile(
        rf"\b{PLACE_NAME}\s+(?P<first>\d{{1,2}})\s+(?:is|has|holds|occurs|comes|contains)\s+(?:exactly |just )?(?P<factor>twice|half|{NUMERAL}\s+times|\d+(?:\.\d+)?\s*(?:times|x|×))\s+(?:as (?:frequent|many {THINGS}|many|often|full|high|large|tall)|the {THINGS})\s+(?:as|of)\s+(?:at |in )?{PLACE_NAME}\s+(?P<second>\d{{1,2}})(?!\d)",
        re.I,
    ),
    "surplus": re.compile(
        rf"(?<![\d.,])(?P<n>{WHOLE})\s+(?P<how>more|fewer|less)\s+{THINGS}\s+(?:at|in|have|with|of)\s+{PLACE_NAME}\s+(?P<first>\d{{1,2}})\s+than\s+(?:at|in|have|with|of)?\s*{PLACE_NAME}\s+(?P<second>\d{{1,2}})(?!\d)",
        re.I,
    ),
    "absent": re.compile(
        rf"\b{PLACE_NAME}\s+(?P<list>\d{{1,2}}(?:, \d{{1,2}})*,? and \d{{1,2}})\s+(?:never (?:occurs?|appears?|happens?)|do(?:es)? not (?:occur|appear)|(?:are|stay|remain) empty|have no {THINGS}|are missing)",
        re.I,
    ),
    "empty": re.compile(
        rf"\b(?:{PLACE_NAME})\s+(?P<depth>\d{{1,2}})\s+(?:is|are|was|stays|remains|must be|has to be)\s+empty|\b(?:nothing|none|no one) (?:\w+ )?(?:in|at) {PLACE_NAME} (?P<depth2>\d{{1,2}})(?!\d)|\bempty (?:bin|bar|depth)s? (?:is|at|:)? ?{PLACE_NAME}? ?(?P<depth3>\d{{1,2}})(?!\d)",
        re.I,
    ),
    "falling": re.compile(
        r"\b(?:histogram|counts?|bars?|numbers? of (?:images|examples))\b[^.;\d]{0,30}\b(?:is|are|falls?|decreases?|drops?)\b(?P<rest>[^.;\d]{0,40})",
        re.I,
    ),
}


def histogram_claims(
    sentence: str, histogram: Histogram, *, given_here: bool, previous: str = ""
) -> Iterator[Spanned]:
    """(start, end, ruling) of each statement about the histogram; `given_here` if its block gives it.

    A share without a noun behind a sentence about accuracies may be one, too.

    >>> told = Histogram(dict(enumerate([60, 40, 30, 20, 50])), whole=True)
    >>> said = "65 % of the images have depth 2 or less, and 20 % have depth 3 or more."
    >>> [judged.says for _, _, judged in histogram_claims(said, told, given_here=False)]
    ['130 of 200 are 65 %', '70 of 200 are 35 %, not 20 %']
    """
    text = sentence
    line = line_of_counts(text)
    if line is not None:
        if histogram.listed:
            yield from counted_again(line, histogram)
        text = _blank(text, *line.span("counts"))
    for listing in listings_in(text):
        text = _blank(text, listing.start, listing.end)
    here = given_here and (line is not None or (histogram.in_sentences and bool(BAR.search(text))))
    if here and histogram.in_sentences:
        yield from listed_shares(text, histogram)
    at, others = 0, False
    for piece in re.split(r"(?<=;)(?=\s)|(?<=[a-z\d%)]\.)(?=\s[A-Z])", text):
        # "at depth 0, 312 of 320 are right; at depth 10, 9 of 16": a semicolon goes on with the same
        others = bool(OTHERS.search(piece)) or (others and text[:at].endswith(";"))
        unnamed = OTHERS.search(previous) is not None and not re.search(THINGS, piece, re.I)
        if not others:
            for start, end, judged in _of_piece(piece, histogram, here):
                if not (unnamed and "%" in piece[start:end] and judged.ruling is Ruling.REFUTED):
                    yield at + start, at + end, judged
        at += len(piece)


def _blank(text: str, start: int, end: int) -> str:
    return text[:start] + " " * (end - start) + text[end:]


def _of_piece(text: str, histogram: Histogram, here: bool) -> Iterator[Spanned]:
    named: list[Scope] = []
    for start, end, judged in (
        *statistic_claims(text, histogram),
        *entries(text, histogram),
        *all_listed(text, histogram),
    ):
        if judged is not None:
            yield start, end, judged
        text = _blank(text, start, end)
    for name, pattern in STATEMENTS.items():
        for found in pattern.finditer(text):
            yield from _statement(name, found, text, histogram, here)
            told = found.groupdict()
            depth = (told.get("depth") or told.get("depth2") or "") if name == "peak" else ""
            if depth and int(depth) in histogram.bars:
                named.append(Scope(found.start(), found.end(), frozenset({int(depth)})))
            if name not in {"difference", "falling"} or name in {"surplus", "ratio", "absent"}:
                text = _blank(text, found.start(), found.end())
    wholes = {histogram.total, histogram.stated}
    if any(int(found.group("some").replace(",", "")) not in wholes for found in OF_SOME.finditer(text)):
        return
    for found in OF_ALL.finditer(text):
        if int(found.group("all").replace(",", "")) not in wholes:
            return
        text = _blank(text, found.start(), found.end())
    if DENIED.search(text):
        return
    for found in WRITTEN_OUT.finditer(text):
        text = _blank(text, found.start(), found.end())
    own_bars = here and histogram.in_sentences
    told_amounts = list(amounts(text))
    if any(one is None for one in told_amounts):
        return
    tokens: list[Scope | Amount] = [*named, *(one for one in told_amounts if one is not None)]
    cumulated = re.search(r"\bcumulat\w+|\bcumulative", text, re.I) is not None
    for named_scope in scopes(text, histogram):
        scope = up_to(named_scope, histogram) if cumulated else named_scope
        # the number of "depth 3" is no amount, nor is that of "40 images"
        tokens = [one for one in tokens if one.end <= scope.start or scope.end <= one.start]
        last = tokens[-1] if tokens else None
        if isinstance(last, Scope) and last.depths == scope.depths and 0 <= scope.start - last.end <= 3:
            continue  # "the last layer, depth 10"
        tokens.append(scope)
    for scope, amount, again in pairs(sorted(tokens, key=lambda one: one.start), text):
        if own_bars and not amount.stated.percent:
            continue
        start, end = (amount.start, amount.end) if again or scope in named else (min(scope.start, amount.start), max(scope.end, amount.end))  # fmt: skip
        judged = judged_amount(scope, amount, histogram)
        if judged is not None:
            yield start, end, judged


def up_to(scope: Scope, histogram: Histogram) -> Scope:
    """What a cumulative count at one depth counts: all depths up to it."""
    if len(scope.depths) != 1:
        return scope
    return replace(scope, depths=frozenset(range(min(histogram.bars, default=0), max(scope.depths) + 1)))


def pairs(tokens: Sequence[Scope | Amount], text: str) -> Iterator[tuple[Scope, Amount, bool]]:
    """Each set of depths with the amounts that are said of it, and whether the amount repeats another one.

    Either every set comes before its amounts, or every one after them; what alternates in no such way is left out.
    """
    runs: list[Scope | list[Amount]] = []
    for token in tokens:
        if isinstance(token, Scope):
            runs.append(token)
        elif runs and isinstance(runs[-1], list):
            runs[-1].append(token)
        else:
            runs.append([token])
    alternates = all(isinstance(a, list) != isinstance(b, list) for a, b in pairwise(runs))
    if len(runs) < 2 or not alternates:
        return
    first = isinstance(runs[0], Scope)
    last = runs[-1]
    if isinstance(runs[0], Scope) and isinstance(last, Scope) and last.depths != runs[0].depths:
        return  # what stands between two sets may be said of either
    for one, other in zip(runs[0::2], runs[1::2], strict=False):
        scope, group = (one, other) if first else (other, one)
        if isinstance(scope, Scope) and isinstance(group, list):
            yield from _joined(scope, group, text, after=first)
    if not first and len(runs) % 2 and isinstance(runs[-1], list) and isinstance(runs[-2], Scope):
        repeats = SAME_AGAIN.match(text[runs[-2].end : runs[-1][0].start])
        if repeats:
            yield from ((runs[-2], one, True) for one in runs[-1][:1])


OF_THOSE = re.compile(rf"\bof (?:the|our|these|those) {THINGS}$", re.I)


def _joined(
    scope: Scope, group: list[Amount], text: str, *, after: bool
) -> Iterator[tuple[Scope, Amount, bool]]:
    nearest = group[0] if after else group[-1]
    between = text[scope.end : nearest.start] if after else text[nearest.end : scope.start]
    if len(between) > LONGEST_BETWEEN or JUDGES.search(between):
        return
    if (
        not after
        and OF_THOSE.search(text[nearest.start : nearest.end])
        and re.fullmatch(r"\s*(?:with|at|of|in|having)?\s*(?:an? )?", between)
    ):
        return  # "two of the images with depth 3 are cats"
    if len(scope.depths) == 1 and re.search(r"\btogether\b", between):
        return  # "... and depth 10 together have": of those before it too
    for one, other in pairwise(group):
        # "70 images, that is 14 %" says one thing twice; two counts do not
        if not SAME_AGAIN.match(text[one.end : other.start]) or one.stated.percent == other.stated.percent:
            return
    for place, amount in enumerate(group):
        yield scope, amount, place > 0 if after else amount is not nearest


# -- sums, peaks, means --------------------------------------------------------------------------------------------


def _ruled(found: re.Match[str], holds: bool, says: str, witness: Mapping[str, object]) -> Spanned:
    if holds:
        return found.start(), found.end(), verified(Kind.ARITHMETIC, says, Method.COUNT)
    return found.start(), found.end(), refuted(Kind.ARITHMETIC, says, Method.COUNT, dict(witness))


def _number(text: str) -> int:
    return int(text.replace(",", "").strip(".") or "0")


def _statement(
    name: str, found: re.Match[str], text: str, histogram: Histogram, here: bool
) -> Iterator[Spanned]:
    told = found.groupdict()
    bars, total = histogram.bars, histogram.total
    depth = next(
        (int(told[key]) for key in ("depth", "depth2", "depth3") if (told.get(key) or "").isdigit()), -1
    )
    if name == "difference" and int(told["first"]) in bars and int(told["second"]) in bars:
        first, second = bars[int(told["first"])], bars[int(told["second"])]
        gap = (first - second) * (1 if told["how"].lower() == "more" else -1)
        says = f"{first:,} and {second:,} differ by {abs(gap):,}"
        _, end, judged = _ruled(found, gap == _number(told["n"]), says, {"difference": gap, "stated": told["n"]})  # fmt: skip
        yield found.start("n"), end, judged
    elif name == "multiple" and int(told["first"]) in bars and int(told["second"]) in bars:
        one, other = bars[int(told["first"])], bars[int(told["second"])]
        times = multiple_of(told["factor"])
        holds = one > times * other if told["more"].lower() == "more" else one < times * other
        says = f"depth {told['first']} has {one:,}, depth {told['second']} has {other:,}"
        yield _ruled(found, holds, says, {"first": one, "second": other})
    elif name == "surplus" and int(told["first"]) in bars and int(told["second"]) in bars:
        gap = (bars[int(told["first"])] - bars[int(told["second"])]) * (
            1 if told["how"].lower() == "more" else -1
        )
        says = f"{bars[int(told['first'])]:,} − {bars[int(told['second'])]:,} is {bars[int(told['first'])] - bars[int(told['second'])]:,}"
        yield _ruled(found, gap == _number(told["n"]), says, {"difference": gap, "stated": told["n"]})
    elif name == "ratio" and int(told["first"]) in bars and bars.get(int(told["second"]), 0):
        one, other = bars[int(told["first"])], bars[int(told["second"])]
        times = multiple_of(told["factor"])
        says = f"depth {told['first']} has {one:,}, depth {told['second']} has {other:,}"
        if one == times * other or abs(one - times * other) > times * other / 10:
            yield _ruled(found, one == times * other, says, {"first": one, "second": other})
    elif name == "absent" and histogram.whole and histogram.fine:
        listed = [int(number) for number in re.findall(r"\d+", told["list"])]
        filled = [number for number in listed if bars.get(number, 0)]
        says = f"depth {filled[0]} has {bars[filled[0]]:,}" if filled else "none of them has an image"
        yield _ruled(found, not filled, says, {"given": bars[filled[0]]} if filled else {"given": 0})
    elif name == "empty" and depth in bars:
        yield _ruled(found, bars[depth] == 0, f"depth {depth} has {bars[depth]:,}", {"given": bars[depth]})
    if not histogram.whole or not total:
        return
    if name == "total":
        stated = told["n"] or told["n3"] or told["n2"]
        plainly = here or not (told["n2"] or re.match(r"\W*(?:in|al)", found.group(), re.I))
        if plainly and not re.search(r"\d\s*(?:,|\+|and)\s*\d", text[: found.start()]):
            yield _ruled(
                found, _number(stated) == total, f"the counts add up to {total:,}", {"sum": total, "stated": stated}
            )  # fmt: skip
    elif histogram.fine:
        yield from _of_order(name, found, text, bars, depth)


def _of_order(
    name: str, found: re.Match[str], text: str, bars: Mapping[int, int], depth: int
) -> Iterator[Spanned]:
    """The highest bar, the lowest, the second; bars that fall."""
    highest, lowest, runner_up = max(bars.values()), min(bars.values()), sorted(bars.values())[-2]
    if name == "peak" and depth in bars:
        largest = max((one for one, count in bars.items() if count), default=-1)
        if re.match(r"(?:the\s+)?maximum\b", found.group(), re.I) and depth == largest:
            return  # the largest depth
        if not re.search(r"second|next|other|local|third|late|early", text[: found.end()], re.I):
            top = [one for one, count in bars.items() if count == highest]
            says = f"the highest count, {highest:,}, is at depth {', '.join(map(str, top))}"
            yield _ruled(
                found, depth in top, says, {"highest": highest, "at": top, f"depth {depth}": bars[depth]}
            )
    elif name == "lowest" and depth in bars and "empty" not in text:
        at = [one for one, count in bars.items() if count == lowest]
        says = f"the lowest count, {lowest:,}, is at depth {', '.join(map(str, at))}"
        yield _ruled(found, depth in at, says, {"lowest": lowest, "at": at, f"depth {depth}": bars[depth]})
    elif name == "second" and depth in bars and (bars[depth] == runner_up or runner_up < highest):
        at = [one for one, count in bars.items() if count == runner_up]
        says = f"the second highest count, {runner_up:,}, is at depth {', '.join(map(str, at))}"
        if bars[depth] == runner_up or not re.search(r"peak", found.group(), re.I):
            yield _ruled(
                found,
                bars[depth] == runner_up,
                says,
                {"second": runner_up, "at": at, f"depth {depth}": bars[depth]},
            )
    elif name == "two peaks" and _number(found.group("n")) == highest + runner_up:
        yield _ruled(found, True, f"{highest:,} + {runner_up:,} is {highest + runner_up:,}", {})
    elif name == "falling" and re.search(r"\b(?:decreas|fall|drop)\w*|monoton", found.group(), re.I):
        no_gap = sorted(bars) == list(range(min(bars), max(bars) + 1))  # depths that are not listed are empty
        if no_gap and not re.search(r"\bnot\b|n't|accura|from|until|then", text, re.I):
            rise = next((one for one in sorted(bars)[1:] if bars[one] > bars[one - 1]), None)
            says = (
                f"it rises from {bars[rise - 1]:,} to {bars[rise]:,} at depth {rise}"
                if rise is not None
                else "each count is at most the one before"
            )
            yield _ruled(found, rise is None, says, {"counts": [bars[one] for one in sorted(bars)]})
