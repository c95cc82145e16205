# ruff: noqa: E501 -- a pattern stays on one line
"""A histogram of depths that a text gives, and what the text then says of it: sums, shares, peaks, mean and median."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import accumulate

from grader.verify.arithmetic import NUMBER, Figure, figure_of
from grader.verify.claim import Judged, Kind, Method, refuted, verified
from grader.verify.document import Block, Text

FEWEST_BARS = 3
THINGS = r"(?:test |training |validation )?(?:images?|examples?|samples?|inputs?|points?|pictures?|digits?|data points?|instances?)"
PLACE_NAME = r"(?:prediction )?(?:depths?|layers?|bins?)"
BAR = re.compile(
    rf"(?<![\d.,])(?P<count>\d{{1,3}}(?:,\d{{3}})+|\d+)(?:\s+{THINGS})?\s+(?:(?:exit|are|have|lie|sit|fall|land|end|get|is|has|of them)\s+)*(?:(?:at|with|in|on|of)\s+)?(?:a\s+)?{PLACE_NAME}\s+(?P<depth>\d{{1,2}})(?!\d|\.\d|\s*\\?%)"
)
COUNT_TITLE = re.compile(r"\b(?:images?|examples?|counts?|number|frequency|freq|samples?|how many|#)\b", re.I)
DEPTH_TITLE = re.compile(rf"^\W*(?:{PLACE_NAME}|L|D\(x\)|\$?(?:L|\\ell|D\(x\))\$?)\W*$", re.I)

TOTAL = re.compile(
    r"\b(?:counts?|bars?|bins?|numbers?|they|entries|rows?|histogram|columns?|these|which)\b[^.;\d]{0,40}?\b(?:add(?:s|ing)?(?: up)? to|sums?(?: up)? to|total(?:s|ling)?(?: of)?)\s+(?P<n>[\d,]+)(?!\.\d|\s*%)",
    re.I,
)
PEAK = re.compile(
    rf"\b(?:(?:the\s+)?(?:tallest|highest|largest|biggest|longest)\s+(?:bar|bin|count|peak|column)|(?:the\s+)?(?:mode|peak|maximum)(?! of accuracy)|most\s+(?:common|frequent)\s+(?:prediction )?depth|most\s+{THINGS})\s*(?:of the histogram\s*)?(?:is|are|sits|lies|stands|occurs|comes|has|have)?\s*(?:at|in|for|that of)?\s*(?:{PLACE_NAME})?\s*(?P<depth>\d{{1,2}})(?!\d|[.,]\d|\s*\\?%)",
    re.I,
)
LOWEST = re.compile(
    rf"\b(?:smallest|lowest|shortest|rarest|least frequent|least common)\s+(?:(?:bar|bin|count|column|of all)\s+)?(?:prediction )?(?:{PLACE_NAME}\s+)?(?:is|sits|lies|stands|occurs|comes|has|belongs to)?\s*(?:at|in|for|that of)?\s*(?:{PLACE_NAME})\s+(?P<depth>\d{{1,2}})(?!\d|[.,]\d|\s*\\?%)",
    re.I,
)
SECOND = re.compile(
    rf"\bsecond\s+(?:(?:tallest|highest|largest|biggest)\s+)?(?:bar|bin|peak|column|count)\s+(?:is|sits|lies|stands|occurs|comes)?\s*(?:at|in)?\s*(?:{PLACE_NAME})\s+(?P<depth>\d{{1,2}})(?!\d|[.,]\d|\s*\\?%)",
    re.I,
)
TWO_PEAKS = re.compile(
    r"\btwo (?:(?:main|highest|tallest|largest) )?(?:peaks|bars)\b[^.;\d]{0,70}(?<![\d.,])(?P<n>\d[\d,]*)(?![\d%]|\.\d|\s*%)",
    re.I,
)
SUM_SHARE = re.compile(
    r"(?:\d+\s*\+\s*)+\d+\s*=\s*(?P<n>\d[\d,]*),?\s*(?:i\.e\.|that is|that's|which is|or|so|\()[ ,]*(?P<vague>about |around |roughly |approximately |nearly |some |≈ ?|~ ?)?(?P<share>\d+(?:\.\d+)?)\s*\\?%",
    re.I,
)
NONE = re.compile(
    rf"\bno(?:t a single| single)?\s+{THINGS}\s+(?:has|have|is|are|at|with|lies?)\b[^.;\d]{{0,20}}(?:{PLACE_NAME})\s+(?P<depth>\d{{1,2}})(?!\d|\.\d)|\b(?:{PLACE_NAME})\s+(?P<empty>\d{{1,2}})\s+is\s+empty",
    re.I,
)
HOLDS = re.compile(
    rf"\b{PLACE_NAME}\s+(?P<depth>\d{{1,2}})\s+(?:has|holds|contains|with|gets|counts)\s+(?P<n>\d[\d,]*)\s+{THINGS}",
    re.I,
)
SIDE = re.compile(
    rf"(?<![\d.,])(?P<n>\d[\d,]*)\s+(?:of the\s+)?{THINGS}\s+(?:have|has|with|are|lie)\s+(?:a\s+|at\s+)?{PLACE_NAME}\s+(?:of\s+)?(?P<how>below|less than|under|smaller than|at most|up to|above|over|greater than|larger than|more than|at least|<=|>=|<|>|≤|≥)\s+(?P<depth>\d{{1,2}})(?!\d|\.\d)",
    re.I,
)
SHARE = re.compile(
    rf"(?P<share>\d+(?:\.\d+)?)\s*\\?%(?:\s+of\s+(?:all\s+|the\s+|them)?(?:\s*{THINGS})?)?\s+(?:(?:are|have|has|is|lie|sit|get|already|exit|exits|decided|solved|settled|classified|finished|recognised|recognized|done|end up|with|a)\s+)*(?:(?:at|with|in|by)\s+)?{PLACE_NAME}\s+(?P<depths>\d{{1,2}}(?:\s*(?:,|or|and|to|–|-)\s*(?:{PLACE_NAME}\s+)?\d{{1,2}})*)(?!\d|\.\d|\s*\\?%)",
    re.I,
)
HOLDS_SHARE = re.compile(
    rf"\b{PLACE_NAME}\s+(?P<depths>\d{{1,2}})\s+(?:has|holds|contains|makes up|is|takes)\s+(?:about |around |roughly |some |~|≈)?(?P<share>\d+(?:\.\d+)?)\s*\\?%(?!\s*(?:acc|right|correct))",
    re.I,
)
OF_ALL = re.compile(
    rf"(?<![\d.,])(?P<n>\d[\d,]*)\s+{THINGS}[^.;%]{{0,60}}?\s*[,;(–—]\s*(?:that['’]s|that is|which is|which are|i\.e\.,?|or|so)?\s*(?P<vague>about |around |roughly |some |≈ ?|~ ?)?(?P<share>\d+(?:\.\d+)?)\s*\\?%(?!\s*(?:acc|right|correct|of (?:them|those|these|depth)))",
    re.I,
)
MEAN = re.compile(
    r"\b(?:mean|average)\s+(?:prediction )?depth\s*(?:is|of|=|comes to|equals|:)?\s*(?:then\s+)?(?:about|around|roughly|approximately|≈|~)?\s*(?P<value>\d+(?:\.\d+)?)(?![\d%])",
    re.I,
)
MEDIAN = re.compile(
    r"\bmedian(?:\s+(?:prediction )?depth)?\s*(?:is|of|=|equals|:)?\s*(?P<value>\d+(?:\.\d+)?)(?![\d%])", re.I
)
MULTIPLE = re.compile(
    rf"\b{PLACE_NAME}\s+(?P<first>\d{{1,2}})\s+(?:has|holds|contains)\s+(?P<more>more|less|fewer)\s+than\s+(?P<factor>twice|half|double|(?:two|three|four|five|six|ten)\s+times|\d+(?:\.\d+)?\s*(?:times|x|×))\s+(?:as many|the)\s+{THINGS}\s+(?:as|of|at|than)\s+{PLACE_NAME}\s+(?P<second>\d{{1,2}})(?!\d)",
    re.I,
)
DIFFERENCE = re.compile(
    rf"\b{PLACE_NAME}\s+(?P<first>\d{{1,2}})\b[^.;]{{0,40}}?[,(]\s*(?:which is\s+|that is\s+|i\.e\.\s*)?(?P<n>\d[\d,]*)\s+(?P<how>more|fewer|less)\s+than\s+{PLACE_NAME}\s+(?P<second>\d{{1,2}})(?!\d)",
    re.I,
)
FALLING = re.compile(
    r"\b(?:histogram|counts?|bars?|numbers? of (?:images|examples))\b[^.;\d]{0,30}\b(?:is|are|falls?|decreases?|drops?)\b(?P<rest>[^.;\d]{0,40})",
    re.I,
)
# A histogram in one line: "over 60 images: 20, 10, 5, 25".
IN_A_LINE = re.compile(
    r"\b(?:histogram|counts|bars)\b[^:;]{0,80}?\b(?:depths?|layers?|D(?:\(x\))?)\b[^:;]{0,60}?[:=]\s*\[?\(?(?P<counts>\d{1,6}(?:\s*,\s*(?:and\s+)?\d{1,6}){4,30})(?![\d%]|\s*%|,\d)",
)
FROM_ZERO = re.compile(
    r"\bdepths? (?:from )?0\b|\b0\s?(?:to|–|-|,\s?1,\s?2|,\s?1,\s?(?:…|\.\.\.|\\dots|\\ldots)|,\s?(?:…|\.\.\.|\\dots|\\ldots))|_\{?0\}?(?!\d)|0\s?(?:\\le|≤)"
)
PROBED = 11  # the homework probes the input and ten layers
SIDE_SHARE = re.compile(
    rf"(?P<share>\d+(?:\.\d+)?)\s*\\?%(?:\s+of\s+(?:all\s+|the\s+|them)?(?:\s*{THINGS})?)?\s+(?:(?:have|has|are|lie|with|at|get|exit)\s+)*(?:an?\s+|the\s+)?{PLACE_NAME}\s+(?:of\s+)?(?P<how>below|less than|under|smaller than|at most|up to|above|over|greater than|larger than|more than|at least|<=|>=|<|>|≤|≥)\s+(?P<depth>\d{{1,2}})(?!\d|\.\d|\s*\\?%)",
    re.I,
)
ALL_IMAGES = re.compile(
    rf"(?:\bN\s*=\s*|\b(?:over|of|on|for|had|has|have|with)\s+(?:all\s+|the\s+|our\s+)*)(?P<n>\d{{1,3}}(?:,\d{{3}})+|\d{{2,7}})\s+{THINGS}",
    re.I,
)
ACCURACY = re.compile(r"accura|correct|right|wrong|error|probab|misclass", re.I)
FACTORS = {"twice": 2, "double": 2, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "ten": 10}


@dataclass(frozen=True)
class Histogram:
    """The number of images at each depth. `whole` if every depth from 0 on has a bar; else more may exist."""

    bars: Mapping[int, int]
    whole: bool
    stated: int | None = None  # how many images there are, where the text says so

    @property
    def total(self) -> int:
        """All images that are listed."""
        return sum(self.bars.values())


def histograms_in(text: Text) -> dict[int, Histogram | None]:
    """Block number → the histogram that is given there; None where several start to be spoken of at once."""
    found: dict[int, Histogram | None] = {}
    blocks = text.blocks
    number = 0
    while number < len(blocks):
        run = _run(blocks, number)
        if blocks[number].kind == "row":
            table = _across(blocks[number:run]) or _down(blocks[number:run])
            if table is not None:
                found[run - 1] = table
        elif blocks[number].kind != "heading":
            told: dict[int, int] = {}
            stated = None
            for block in blocks[number:run]:
                for bar in BAR.finditer(_bare(text.spelled(block.text))):
                    told.setdefault(int(bar.group("depth")), int(bar.group("count").replace(",", "")))
                of_all = ALL_IMAGES.search(_bare(text.spelled(block.text)))
                stated = _number(of_all.group("n")) if of_all else stated
            line = _in_a_line(" ".join(_bare(text.spelled(block.text)) for block in blocks[number:run]), text)
            if line is not None and not told:
                found[run - 1] = Histogram(line, whole=True, stated=stated)
            elif len(told) >= FEWEST_BARS:
                found[run - 1] = Histogram(told, whole=sum(told.values()) == stated, stated=stated)
        number = run
    return found


def _in_a_line(told: str, text: Text) -> dict[int, int] | None:
    """The counts of a line at the depths from 0 on; None where they may begin elsewhere."""
    found = IN_A_LINE.search(told.replace("{,}", ""))
    if found is None:
        return None
    counts = [int(one) for one in re.findall(r"\d+", found.group("counts"))]
    if len(counts) != PROBED and not FROM_ZERO.search(told):
        return None
    return dict(enumerate(counts)) if FROM_ZERO.search(text.source) or len(counts) == PROBED else None


def _run(blocks: Sequence[Block], start: int) -> int:
    """Where the table or the list ends that starts here; a paragraph is alone."""
    end = start + 1
    kind = blocks[start].kind
    while (
        end < len(blocks)
        and kind in {"row", "item"}
        and blocks[end].kind == kind
        and (kind == "item" or blocks[end].header == blocks[start].header)
    ):
        end += 1
    return end


def _bare(text: str) -> str:
    return re.sub(r"\\approx|\\sim|[$~≈*_]", " ", text)


def _counts(cells: Sequence[str]) -> list[int] | None:
    plain = [re.sub(r"[$*_~≈\s]|(?<=\d),(?=\d{3})", "", cell) for cell in cells]
    return (
        [int(cell) for cell in plain]
        if plain and all(re.fullmatch(r"\d{1,9}", cell) for cell in plain)
        else None
    )


def _across(rows: Sequence[Block]) -> Histogram | None:
    """A table with the depths in its header and the counts in one row."""
    header = rows[0].header
    depths = _counts(header[1:]) if header and DEPTH_TITLE.match(header[0]) else None
    if depths is None or len(depths) < FEWEST_BARS:
        return None
    for row in rows:
        counts = _counts(row.cells[1:])
        if counts is not None and len(counts) == len(depths) and COUNT_TITLE.search(row.cells[0]):
            return Histogram(dict(zip(depths, counts, strict=True)), depths == list(range(len(depths))))
    return None


def _down(rows: Sequence[Block]) -> Histogram | None:
    """A table with a column of depths and one of counts."""
    header = rows[0].header
    titles = [
        place
        for place, title in enumerate(header[1:], start=1)
        if COUNT_TITLE.search(title) and "%" not in title
    ]
    if not header or not DEPTH_TITLE.match(header[0]) or len(titles) != 1 or len(rows) < FEWEST_BARS:
        return None
    place = titles[0]
    bars: dict[int, int] = {}
    for row in rows:
        pair = _counts([row.cells[0], row.cells[place]]) if len(row.cells) > place else None
        if pair is None:
            if re.match(r"\W*(?:total|sum|all)", row.cells[0], re.I):
                continue
            return None
        bars[pair[0]] = pair[1]
    return Histogram(bars, sorted(bars) == list(range(len(bars)))) if len(bars) >= FEWEST_BARS else None


# -- what is said of it --------------------------------------------------------------------------------------------


def histogram_claims(text: str, histogram: Histogram) -> Iterator[tuple[int, int, Judged]]:
    """(start, end, ruling) of each statement of a clause about the histogram that the text gave last."""
    if histogram.whole and histogram.total:
        yield from _of_the_whole(text, histogram)
        yield from _of_sides(text, histogram)
    yield from _of_single_bars(text, histogram)
    yield from _of_shares(text, histogram)


def _ruled(
    found: re.Match[str], holds: bool, says: str, witness: Mapping[str, object]
) -> tuple[int, int, Judged]:
    if holds:
        return found.start(), found.end(), verified(Kind.ARITHMETIC, says, Method.COUNT)
    return found.start(), found.end(), refuted(Kind.ARITHMETIC, says, Method.COUNT, dict(witness))


def _number(text: str) -> int:
    return int(text.replace(",", "").strip(".") or "0")


def _of_single_bars(text: str, histogram: Histogram) -> Iterator[tuple[int, int, Judged]]:
    bars = histogram.bars
    for found in (*HOLDS.finditer(text), *BAR.finditer(text)):
        depth, stated = (
            int(found.group("depth")),
            _number(found.groupdict().get("n") or found.groupdict().get("count") or ""),
        )
        if depth in bars and not ACCURACY.search(text):
            yield _ruled(
                found,
                stated == bars[depth],
                f"depth {depth} has {bars[depth]:,}",
                {"given": bars[depth], "stated": stated},
            )
    for found in NONE.finditer(text):
        depth = int(found.group("depth") or found.group("empty"))
        if depth in bars:
            yield _ruled(
                found, bars[depth] == 0, f"depth {depth} has {bars[depth]:,}", {"given": bars[depth]}
            )
    for found in DIFFERENCE.finditer(text):
        first, second = int(found.group("first")), int(found.group("second"))
        if first in bars and second in bars and not ACCURACY.search(text):
            gap = (bars[first] - bars[second]) * (1 if found.group("how").lower() == "more" else -1)
            says = f"{bars[first]:,} and {bars[second]:,} differ by {abs(gap):,}"
            witness = {"difference": gap, "stated": found.group("n")}
            _, end, judged = _ruled(found, gap == _number(found.group("n")), says, witness)
            yield found.start("n"), end, judged
    for found in MULTIPLE.finditer(text):
        first, second = int(found.group("first")), int(found.group("second"))
        if first in bars and second in bars:
            word = found.group("factor").split()[0].lower().rstrip("x×")
            factor = (
                Fraction(1, 2)
                if word == "half"
                else Fraction(FACTORS[word])
                if word in FACTORS
                else Fraction(word)
            )
            more = found.group("more").lower() == "more"
            holds = bars[first] > factor * bars[second] if more else bars[first] < factor * bars[second]
            says = f"depth {first} has {bars[first]:,}, depth {second} has {bars[second]:,}"
            yield _ruled(found, holds, says, {"first": bars[first], "second": bars[second]})


def _of_shares(text: str, histogram: Histogram) -> Iterator[tuple[int, int, Judged]]:
    if ACCURACY.search(text):
        return
    for found in (*SHARE.finditer(text), *HOLDS_SHARE.finditer(text)):
        depths = _depths(found.group("depths"))
        figure = _percent(text, found)
        if figure is None or not histogram.total or not all(depth in histogram.bars for depth in depths):
            continue
        count = sum(histogram.bars[depth] for depth in depths)
        most = Fraction(count, histogram.total)
        of_stated = Fraction(count, histogram.stated) if histogram.stated else None
        vague = bool(
            re.search(
                r"(?:about|around|roughly|approximately|nearly|some|≈|~)\s*$", text[: found.start("share")]
            )
        )
        says = f"{count:,} of the {histogram.total:,} that are listed are {float(100 * most):.3g} %"
        witness = {
            "count": count,
            "listed": histogram.total,
            "share": f"{float(100 * most):.4g} %",
            "stated": figure.text,
        }
        if of_stated is not None and figure.agrees(of_stated, loose=vague):
            yield _ruled(
                found, True, f"{count:,} of {histogram.stated:,} are {float(100 * of_stated):.3g} %", {}
            )
        elif of_stated is not None and not histogram.whole:
            if not figure.agrees(of_stated, loose=True) and not figure.agrees(most, loose=True):
                says = f"{count:,} of {histogram.stated:,} are {float(100 * of_stated):.3g} %"
                yield _ruled(
                    found, False, says, {"share": f"{float(100 * of_stated):.4g} %", "stated": figure.text}
                )
        elif figure.agrees(most, loose=vague) and histogram.whole:
            yield _ruled(found, True, says, witness)
        elif histogram.whole and not figure.agrees(most, loose=True):
            yield _ruled(found, False, says, witness)
        elif not histogram.whole and figure.value - _half(figure) > most:
            # There may be more images than are listed, which only makes the share smaller.
            yield _ruled(found, False, f"{says}, and no more if others exist", witness)


def _of_sides(text: str, histogram: Histogram) -> Iterator[tuple[int, int, Judged]]:
    """`45 % have a depth of at most 3` of a whole histogram."""
    if ACCURACY.search(text):
        return
    for found in SIDE_SHARE.finditer(text):
        figure, inside = _percent(text, found), _side(found.group("how").lower(), int(found.group("depth")))
        if figure is None:
            continue
        count = sum(number for one, number in histogram.bars.items() if inside(one))
        share = Fraction(count, histogram.total)
        near = bool(re.search(r"(?:about|around|roughly|nearly|some|≈|~)\s*$", text[: found.start("share")]))
        says = f"{count:,} of {histogram.total:,} are {float(100 * share):.4g} %"
        if figure.agrees(share, loose=near) or not figure.agrees(share, loose=True):
            yield _ruled(
                found, figure.agrees(share, loose=near), says, {"share": f"{float(100 * share):.4g} %", "stated": figure.text}
            )  # fmt: skip


def shares_of_all(sentence: str, histogram: Histogram) -> Iterator[tuple[int, int, Judged]]:
    """`893 images have a depth below 5, i.e. 44.7 %`: the count over all images of a whole histogram."""
    if not histogram.whole or not histogram.total or ACCURACY.search(sentence):
        return
    for found in (*OF_ALL.finditer(sentence), *SUM_SHARE.finditer(sentence)):
        figure, count = _percent(sentence, found), _number(found.group("n"))
        if figure is None or not 0 < count <= histogram.total:
            continue
        share = Fraction(count, histogram.total)
        says = f"{count:,} of {histogram.total:,} are {float(100 * share):.4g} %"
        witness = {"share": f"{float(100 * share):.4g} %", "stated": figure.text}
        yield _ruled(found, figure.agrees(share, loose=bool(found.group("vague"))), says, witness)


def _half(figure: Figure) -> Fraction:
    """Half the weight of the last digit that is no trailing zero: 70 % may be 65 to 75 %."""
    digits = str(int(figure.value / figure.last)) if figure.last else ""
    return figure.last * Fraction(10) ** (len(digits) - len(digits.rstrip("0"))) / 2


def _percent(text: str, found: re.Match[str]) -> Figure | None:
    number = NUMBER.match(text, found.start("share"))
    return figure_of(number) if number else None


def _depths(told: str) -> list[int]:
    numbers = [int(one) for one in re.findall(r"\d+", told)]
    if len(numbers) == 2 and re.search(r"\bto\b|–|-", told):
        return list(range(numbers[0], numbers[1] + 1))
    return numbers


def _of_the_whole(text: str, histogram: Histogram) -> Iterator[tuple[int, int, Judged]]:
    bars, total = histogram.bars, histogram.total
    for found in TOTAL.finditer(text):
        if not re.search(r"\d\s*(?:,|\+|and)\s*\d", text[: found.start("n")]):
            yield _ruled(
                found,
                _number(found.group("n")) == total,
                f"the counts add up to {total:,}",
                {"sum": total, "stated": found.group("n")},
            )
    highest = max(bars.values())
    for found in PEAK.finditer(text):
        depth = int(found.group("depth"))
        if depth in bars and not re.search(
            r"second|next|other|local|third|late|early", text[: found.end()], re.I
        ):
            top = [one for one, count in bars.items() if count == highest]
            says = f"the highest count, {highest:,}, is at depth {', '.join(map(str, top))}"
            yield _ruled(
                found, depth in top, says, {"highest": highest, "at": top, f"depth {depth}": bars[depth]}
            )
    lowest = min(bars.values())
    for found in LOWEST.finditer(text):
        depth = int(found.group("depth"))
        if depth in bars and not ACCURACY.search(text) and "empty" not in text:
            at = [one for one, count in bars.items() if count == lowest]
            says = f"the lowest count, {lowest:,}, is at depth {', '.join(map(str, at))}"
            yield _ruled(
                found, depth in at, says, {"lowest": lowest, "at": at, f"depth {depth}": bars[depth]}
            )
    runner_up = sorted(bars.values())[-2]
    for found in SECOND.finditer(text):
        depth = int(found.group("depth"))
        if depth in bars and bars[depth] == runner_up and not ACCURACY.search(text):
            yield _ruled(found, True, f"the second highest count, {runner_up:,}, is there", {})
    for found in TWO_PEAKS.finditer(text):
        if _number(found.group("n")) == highest + runner_up:
            yield _ruled(found, True, f"{highest:,} + {runner_up:,} is {highest + runner_up:,}", {})
    for found in SIDE.finditer(text):
        depth, how = int(found.group("depth")), found.group("how").lower()
        inside = _side(how, depth)
        count = sum(number for one, number in bars.items() if inside(one))
        yield _ruled(
            found,
            count == _number(found.group("n")),
            f"the counts on that side add up to {count:,}",
            {"count": count, "stated": found.group("n")},
        )
    for found in MEAN.finditer(text):
        mean = Fraction(sum(depth * count for depth, count in bars.items()), total)
        half = Fraction(1, 2 * 10 ** len(found.group("value").partition(".")[2]))
        yield _ruled(
            found,
            abs(mean - Fraction(found.group("value"))) <= half,
            f"the mean depth is {float(mean):.4g}",
            {"mean": float(mean)},
        )
    for found in MEDIAN.finditer(text):
        low, high = _medians(bars, total)
        stated = Fraction(found.group("value"))
        holds = stated == Fraction(low + high, 2)
        if not holds and stated in {Fraction(low), Fraction(high)}:
            continue  # some take one of the two in the middle
        yield _ruled(
            found,
            holds,
            f"the median depth is {Fraction(low + high, 2)}",
            {"median": float(Fraction(low + high, 2))},
        )
    for found in FALLING.finditer(text):
        if re.search(r"\b(?:decreas|fall|drop)\w*|monoton", found.group(), re.I) and not re.search(
            r"\bnot\b|n't|accura|from|until|then", text, re.I
        ):
            ordered = [bars[depth] for depth in sorted(bars)]
            if sorted(bars) != list(range(min(bars), max(bars) + 1)):
                continue  # depths that are not listed have no images
            rise = next((depth for depth in sorted(bars)[1:] if bars[depth] > bars[depth - 1]), None)
            says = (
                f"it rises from {bars[rise - 1]:,} to {bars[rise]:,} at depth {rise}"
                if rise is not None
                else "each count is at most the one before"
            )
            yield _ruled(found, rise is None, says, {"counts": ordered})


def _side(how: str, depth: int) -> Callable[[int], bool]:
    if how in {"below", "less than", "under", "smaller than", "<"}:
        return lambda one: one < depth
    if how in {"at most", "up to", "<=", "≤"}:
        return lambda one: one <= depth
    if how in {"at least", ">=", "≥"}:
        return lambda one: one >= depth
    return lambda one: one > depth


def _medians(bars: Mapping[int, int], total: int) -> tuple[int, int]:
    depths = sorted(bars)
    reached = list(accumulate(bars[depth] for depth in depths))
    low = next(depth for depth, count in zip(depths, reached, strict=True) if count >= (total + 1) // 2)
    high = next(depth for depth, count in zip(depths, reached, strict=True) if count >= total // 2 + 1)
    return low, high
