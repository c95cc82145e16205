# ruff: noqa: E501 -- a pattern stays on one line
"""A histogram of depths that a text gives: in a table, a list, a sentence, as a line of counts, or image by image."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise

from grader.verify.depth.listings import bars_of, listings_in
from grader.verify.depth.plain_blocks import PlainBlock

FEWEST_BARS = 3
FEWEST_IN_A_LINE = 5
THINGS = r"(?:(?:test|training|validation|sample|own|all) )*(?:images?|examples?|samples?|inputs?|points?|pictures?|photos?|digits?|data points?|instances?|cases?)"
PLACE_NAME = (
    r"(?:prediction )?(?:depths?|layers?(?!\d)|bins?|bars?|probes?)"  # layer3 is a stage of the network
)
BAR_NAME = r"(?:prediction )?(?:depths?|layers?|bins?)"
WHOLE = r"\d{1,3}(?:,\d{3})+|\d+"
SPAN = r"\d{1,2}(?:\s?(?:–|--?|to|through)\s?\d{1,2})?"
BAR = re.compile(
    rf"(?<![\d.,–-])(?P<count>{WHOLE})(?:\s+{THINGS})?\s+(?:(?:exit|are|have|had|lie|sit|fall|land|end|get|is|has|of them)\s+)*(?:(?:at|with|in|on|of)\s+)?(?:a\s+)?{BAR_NAME}\s+(?P<depth>{SPAN})(?!\d|\.{{1,2}}\d|\s*\\?%|\s+(?:or|and) (?:less|more|below|above|deeper|lower|higher|larger|smaller|fewer)|\s+(?:on\b|onwards))"
)
BAR_AFTER = re.compile(
    rf"\b[Dd]epths?\s+(?P<depth>{SPAN})\s*(?::|=|→)\s*(?P<count>{WHOLE})(?:\s+{THINGS})?(?=\s*(?:[,;.)]|$|and\b))(?![,.]\d)"
)
COUNT_TITLE = re.compile(r"\b(?:images?|examples?|counts?|number|frequency|freq|samples?|how many|#)\b", re.I)
DEPTH_TITLE = re.compile(rf"^\W*(?:{PLACE_NAME}|L|D\(x\)|\$?(?:L|\\ell|D\(x\))\$?)\W*$", re.I)
# A histogram in one line: "over 60 images: 20, 10, 5, 25".
COMMA = r"(?:,\s+(?:and\s+)?|\s+and\s+|\s*[/|;·]\s*)"
IN_A_LINE = re.compile(
    rf"(?<![\d.,])(?P<counts>(?:{WHOLE})(?:{COMMA}(?:{WHOLE})){{{FEWEST_IN_A_LINE - 1},30}})(?![\d%]|\s*\\?%|,\d|\.\d)"
)
ANNOUNCED = re.compile(
    r"\b(?:histograms?|counts?|counted|bars?|bins?|frequenc\w+|numbers of|how many)\b", re.I
)
OF_DEPTHS = re.compile(r"\b(?:histograms?|depths?|layers?|probes?|D(?:\(x\))?)(?!\w)", re.I)
OTHER_LIST = re.compile(
    r"\b(?:predictions?|votes?|outputs?|answers?|say|says|labels?|class(?:es)?|accurac\w+|per ?cent|sizes?|channels?|shapes?)\b",
    re.I,
)
# sentences on other images than the histogram's
OTHER_RUN = re.compile(
    r"(?:^|(?<=[.;!?]))[^.;!?]*\b(?:seeds?|(?:second|another|other) run|paper|Baldock|CIFAR|training images)\b(?:[^.;!?]|\.(?=\d))*",
    re.I,
)
# such as "as a histogram these give (3,0,5,2)"
IN_BRACKETS = re.compile(
    r"\bhistograms?\b(?P<between>[^.;:(\[{]{0,70}?)\s*(?:is|=|:)?\s*[(\[{]\s*(?P<counts>\d{1,6}(?:\s*[,;]\s*\d{1,6}|\s\d{1,6}){2,30})\s*[)\]}]",
    re.I,
)
# such as "60 at depth 0, 90 at 4 and 150 at 7", and counts by depth behind colons
ALSO_AT = re.compile(
    rf"\s*(?:,|;)?\s*(?:and\s+|another\s+)?(?P<count>{WHOLE})(?:\s+{THINGS})?\s+(?:(?:at|with|in|on|of|for|have|had|has)\s+)(?P<depth>{SPAN})(?!\d|\.\d|\s*\\?%|\s*(?:images|examples|of)|,\d)"
)
BY_DEPTH = re.compile(
    rf"\b(?:(?:by|per|for each|at each) (?:prediction )?depth|[Bb]ins?|[Dd]epths?)\b[^.;\d]{{0,15}}(?P<pairs>{SPAN}\s*[:=→]\s*(?:{WHOLE})(?:\s+{THINGS})?(?:\s*[,;]\s*(?:and\s+)?{SPAN}\s*[:=→]\s*(?:{WHOLE})(?:\s+{THINGS})?){{2,15}})"
)
# such as n_0 = 600, n_1 = 250
INDEXED = re.compile(
    rf"\b[nNhH]_?\{{?(?P<depth>\d{{1,2}})\}}?\s*=\s*(?P<count>{WHOLE})(?![\d.,]*\d|\s*[·×*+/-])"
)
LEAD = 160  # how far before the numbers a line is announced
FROM_ZERO = re.compile(
    r"\bdepths? (?:from )?0\b|\b0\s?(?:to|–|-|,\s?1,\s?2|,\s?1,\s?(?:…|\.\.\.|\\dots|\\ldots)|,\s?(?:…|\.\.\.|\\dots|\\ldots))|_\{?0\}?(?!\d)|0\s?(?:\\le|≤)"
)
PROBED = 11  # the homework probes the input and ten layers
ALL_IMAGES = re.compile(
    rf"(?:\bN\s*=\s*|^\W*(?=\d[\d,]*\s+{THINGS}\s*[:(,])|\b(?:over|of|on|for|had|has|have|with)\s+(?:all\s+|the\s+|our\s+|my\s+)*)(?P<n>\d{{1,3}}(?:,\d{{3}})+|\d{{2,7}})\s+{THINGS}(?!\s+(?:of|at|with|have|had|in) (?:an? )?(?:prediction )?(?:depth|bin|layer))",
    re.I,
)


@dataclass(frozen=True)
class Histogram:
    """The number of images at each depth, or in each span of depths that the text counts together.

    `whole` if every depth from 0 on is counted; else more may exist.
    """

    bars: Mapping[int, int]
    whole: bool
    stated: int | None = None  # how many images there are, where the text says so
    spans: Mapping[tuple[int, int], int] = field(default_factory=dict)  # first and last depth → images
    in_sentences: bool = False  # "40 images have depth 0": what gives it reads like a statement of it
    listed: bool = False  # the depth of each image is told, but perhaps not which layer is the last

    @cached_property
    def counted(self) -> Mapping[tuple[int, int], int]:
        """All that is counted, a single depth as a span of its own."""
        return {**{(depth, depth): count for depth, count in self.bars.items()}, **self.spans}

    @property
    def total(self) -> int:
        """All images that are listed."""
        return sum(self.counted.values())

    @property
    def depths(self) -> tuple[int, int]:
        """The first and the last depth that is listed."""
        return min(first for first, _ in self.counted), max(last for _, last in self.counted)

    @property
    def fine(self) -> bool:
        """Whether each depth is counted by itself."""
        return not self.spans

    def count_of(self, inside: Collection[int]) -> int | None:
        """The images of a set of depths; None where a span lies across its border or a depth is not listed."""
        count, covered = 0, 0
        for (first, last), images in self.counted.items():
            among = sum(depth in inside for depth in range(first, last + 1))
            if among not in {0, last + 1 - first}:
                return None
            covered += among
            count += images if among else 0
        # a depth that a whole histogram leaves out has no images
        return count if covered == len(set(inside)) or (self.whole and covered) else None


def histogram_of(
    counted: Mapping[tuple[int, int], int], stated: int | None, *, complete: bool, in_sentences: bool
) -> Histogram | None:
    """The histogram of spans with their counts; None where two spans overlap.

    `complete` if what lists them would list every depth, as a table does.
    """
    listed = sorted(counted)
    neighbours = list(pairwise(listed))
    if any(second[0] <= first[1] for first, second in neighbours):
        return None
    bars = {first: images for (first, last), images in counted.items() if first == last}
    spans = {span: images for span, images in counted.items() if span[0] != span[1]}
    no_gap = listed[0][0] == 0 and all(second[0] == first[1] + 1 for first, second in neighbours)
    whole = complete and no_gap if stated is None else sum(counted.values()) == stated
    return Histogram(bars, whole, stated, spans, in_sentences)


def histograms_in(
    blocks: Sequence[PlainBlock], source: str, depths: Mapping[int, Histogram]
) -> dict[int, Histogram | None]:
    """Block number → the histogram that is given there; None where several start to be spoken of at once.

    `depths` are those that follow from the votes of several images in a block.
    """
    found: dict[int, Histogram | None] = {}
    number = 0
    last: Histogram | None = None
    while number < len(blocks):
        run = _run(blocks, number)
        given = None
        if blocks[number].kind == "row":
            rows = blocks[number:run]
            given = _across(rows) or _down(rows) or _image_by_image(rows)
        elif blocks[number].kind != "heading":
            given = _told([_bare(block.text) for block in blocks[number:run]], source)
        coarser = given is not None and last is not None and last.fine and last.whole and not given.fine
        again = given is not None and last is not None and _counts_again(given, last)
        derived = next((depths[place] for place in range(number, run) if place in depths), None)
        if given is None or (derived is not None and not given.listed):
            given, again = (derived, False) if derived is not None else (given, again)
        if (
            given is not None
            and not again
            and not (coarser and last is not None and last.total == given.total)
        ):
            found[run - 1] = last = given
        number = run
    return found


def _counts_again(given: Histogram, last: Histogram) -> bool:
    """Whether a histogram only counts the few images whose depths have been listed before it."""
    return (
        last.listed
        and not given.listed
        and not given.in_sentences
        and abs(given.total - last.total) <= max(2, last.total // 4)
    )


def _told(blocks: Sequence[str], source: str) -> Histogram | None:
    """What a paragraph or a list gives: depths image by image, a line of counts, or bars with their depths."""
    told: dict[tuple[int, int], int] = {}
    stated = None
    complete = False
    listed = [one for block in blocks for one in listings_in(block)]
    if listed:
        last = listed[-1]
        return Histogram(bars_of(last.values, last.last), whole=True, listed=True)
    for block in (OTHER_RUN.sub(" ", one) for one in blocks):
        for bar in bars_in(block):
            ends = [int(one) for one in re.findall(r"\d+", bar.group("depth"))]
            told.setdefault((ends[0], ends[-1]), int(bar.group("count").replace(",", "")))
        by_depth = BY_DEPTH.search(block)
        complete = complete or by_depth is not None
        if by_depth is not None:
            for pair in re.split(r"\s*[,;]\s+(?:and\s+)?", by_depth.group("pairs")):
                place, count = re.split(r"\s*[:=→]\s*", pair)
                ends = [int(one) for one in re.findall(r"\d+", place)]
                found = re.match(r"[\d,]+", count)
                told.setdefault(
                    (ends[0], ends[-1]), int(found.group().replace(",", "") if found is not None else 0)
                )
        indexed = list(INDEXED.finditer(block))
        if [int(one.group("depth")) for one in indexed] == list(range(len(indexed))) and len(
            indexed
        ) >= FEWEST_BARS:
            complete = True
            told |= {
                (int(one.group("depth")),) * 2: int(one.group("count").replace(",", "")) for one in indexed
            }
        of_all = ALL_IMAGES.search(block)
        stated = int(of_all.group("n").replace(",", "")) if of_all else stated
    line = next((one for block in blocks if (one := _in_a_line(block, source)) is not None), None)
    if line is not None:
        return Histogram(line, whole=True, stated=stated)
    if len(told) >= FEWEST_BARS:
        return histogram_of(told, stated, complete=complete, in_sentences=True)
    return None


def bars_in(text: str) -> list[re.Match[str]]:
    """The counts of single depths that a text names, in its order."""
    found: list[re.Match[str]] = []
    for bar in (*BAR.finditer(text), *BAR_AFTER.finditer(text)):
        found.append(bar)
        more = ALSO_AT.match(text, bar.end())
        while more is not None:
            found.append(more)
            more = ALSO_AT.match(text, more.end())
    return sorted(found, key=lambda one: one.start("count"))


def line_of_counts(told: str) -> re.Match[str] | None:
    """The line of counts of a histogram, after the words that announce it."""
    bracketed = IN_BRACKETS.search(told)
    if bracketed is not None and not OTHER_LIST.search(bracketed.group("between")):
        return bracketed
    for found in IN_A_LINE.finditer(told):
        before = told[max(0, found.start() - LEAD) : found.start()]
        announced = ANNOUNCED.search(before) is not None and OF_DEPTHS.search(before) is not None
        if announced and not OTHER_LIST.search(re.split(r"[.!?]\s+(?=[A-Z])", before)[-1]):
            return found
    return None


def _in_a_line(told: str, source: str) -> dict[int, int] | None:
    """The counts of a line at the depths from 0 on; None where they may begin elsewhere."""
    found = line_of_counts(told)
    if found is None:
        return None
    counts = counts_of(found)
    from_zero = (
        len(counts) == PROBED
        or FROM_ZERO.search(told)
        or (found.re is IN_BRACKETS and FROM_ZERO.search(source))
    )
    return (
        dict(enumerate(counts)) if from_zero and (FROM_ZERO.search(source) or len(counts) == PROBED) else None
    )


def counts_of(line: re.Match[str]) -> list[int]:
    """The counts of a line; between brackets a comma always separates two."""
    plain = r"\d+" if line.re is IN_BRACKETS else WHOLE
    return [int(one.replace(",", "")) for one in re.findall(plain, line.group("counts"))]


def _run(blocks: Sequence[PlainBlock], start: int) -> int:
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
    return re.sub(r"\\approx|\\sim|[$~≈*_]", " ", text.replace("{,}", ","))


def _counts(cells: Sequence[str]) -> list[int] | None:
    plain = [re.sub(r"[$*_~≈\s]|(?<=\d),(?=\d{3})", "", cell) for cell in cells]
    return (
        [int(cell) for cell in plain]
        if plain and all(re.fullmatch(r"\d{1,9}", cell) for cell in plain)
        else None
    )


def _across(rows: Sequence[PlainBlock]) -> Histogram | None:
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


def _down(rows: Sequence[PlainBlock]) -> Histogram | None:
    """A table with a column of depths, or of spans of depths, and one of counts."""
    header = rows[0].header
    titles = [
        place
        for place, title in enumerate(header[1:], start=1)
        if COUNT_TITLE.search(title) and "%" not in title
    ]
    if not header or not DEPTH_TITLE.match(header[0]) or len(titles) != 1 or len(rows) < FEWEST_BARS:
        return None
    place = titles[0]
    listed: dict[tuple[int, int], int] = {}
    for row in rows:
        span = re.fullmatch(r"(\d{1,2})(?:(?:–|--?|to)(\d{1,2}))?", re.sub(r"[$*_\s]", "", row.cells[0]))
        count = _counts([row.cells[place]]) if len(row.cells) > place else None
        if span is None or count is None:
            if re.match(r"\W*(?:total|sum|all)", row.cells[0], re.I):
                continue
            return None
        listed[int(span.group(1)), int(span.group(2) or span.group(1))] = count[0]
    if len(listed) < FEWEST_BARS:
        return None
    return histogram_of(listed, None, complete=True, in_sentences=False)


def _image_by_image(rows: Sequence[PlainBlock]) -> Histogram | None:
    """A table with one image in each row and its depth in a column."""
    header = rows[0].header
    columns = [place for place, title in enumerate(header) if place and DEPTH_TITLE.match(title)]
    if (
        len(columns) != 1
        or len(rows) < FEWEST_BARS
        or DEPTH_TITLE.match(header[0])
        or any(COUNT_TITLE.search(title) for title in header[1:])
    ):
        return None
    depths = _counts([row.cells[columns[0]] if columns[0] < len(row.cells) else "" for row in rows])
    return (
        None
        if depths is None or max(depths) > 60
        else Histogram(bars_of(depths, None), whole=True, listed=True)
    )


__all__ = [
    "BAR",
    "PLACE_NAME",
    "THINGS",
    "Histogram",
    "bars_in",
    "counts_of",
    "histograms_in",
    "line_of_counts",
]
