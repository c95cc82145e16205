# ruff: noqa: E501 -- a pattern stays on one line
"""Groups of images with how many of each are right: `38 right of 40`, two lists in the same order, or a table's columns."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise

from grader.verify.depth.histograms import THINGS, Histogram

COUNT = r"\d{1,3}(?:,\d{3})+|\d{1,7}"
RIGHT = r"(?:right|correct(?:ly)?(?: (?:classified|predicted))?|classified (?:correctly|right))"
RIGHT_WORDS = re.compile(
    r"\b(?:right|correct\w*|accura\w*|classified|wrong|errors?|mistakes?|misclassified|hits)\b", re.I
)
DEPTHS = re.compile(
    r"(?:\b(?:of|at|with|in|have|has|having|for|from|and|the|a|that have)\s+)*\b(?:prediction )?(?:depths?|layers?|bins?|levels?)(?:\s+(?:of|is|between|from))?\s*(?P<sign>at least|at most|above|below|up to|from|under|over|beyond|≥|≤|>|<)?\s*(?P<a>\d{1,2})(?:\s?(?:–|--?|to|and|through)\s?(?:depth )?(?P<b>\d{1,2}))?(?:\s+(?P<how>(?:or|and) (?:less|more|below|above|deeper|higher|lower|later|earlier|beyond)|on(?:wards)?))?(?![\d.]*\d|\s*%)",
    re.I,
)
MASK = "▪"
ATOMS = (
    re.compile(rf"(?<![\d.,/])(?P<n>{COUNT})(?!\d)(?:[\s▪]+(?!right\b|correct\b)[a-z-]+){{0,5}}?[\s▪]*(?:,|\(|;|—|–)?\s*(?:of which|of these|of them|of those|with|where|and|among them)?\s*(?:only |exactly |just )?(?P<r>{COUNT}|all|none|both)(?: of (?:them|these|those|which))?(?:\s+{THINGS})?(?:\s+(?:of them|are|were|being|is|have been|labelled|predicted))*\s+{RIGHT}\b", re.I),
    re.compile(rf"(?<![\d.,/])(?P<r>{COUNT})(?:\s+{THINGS})?(?:\s+(?:are|were|is))?(?:\s+{RIGHT})?\s+(?:out\s+)?of\s+(?:the\s+|its\s+|these\s+|those\s+|all\s+|their\s+)*(?P<n>{COUNT})(?![\d.]*\d|\s*%)", re.I),
    re.compile(rf"(?<![\d.,/])(?P<r>{COUNT})\s?/\s?(?P<n>{COUNT})(?![\d./]*\d)", re.I),
    re.compile(rf"\b(?P<r>all|none)(?: of)?(?: the| its| these)? (?P<n>{COUNT})(?![\d.]*\d|\s*%)", re.I),
    re.compile(rf"(?<![\d.,/])(?P<n>{COUNT})\s+(?:[a-z-]+\s+){{0,3}}?(?:{THINGS}|of them|▪+|ones)[^.;\d%]{{0,40}}?(?:\baccura(?:cy|te)\b(?:\s+(?:of|is|to))?|\b(?:at|to|with|of which|:|\()\s*)\s*(?:only |about )?(?P<a>\d{{1,3}}(?:\.\d+)?\s?%|[01]\.\d+)", re.I),
    re.compile(rf"\bof (?P<n>{COUNT})(?:\s+(?:[a-z]+|▪+)){{1,3}}?,?\s+(?:only |just )?(?P<r>{COUNT})(?=\s*(?:[.,;)]|$))", re.I),
    re.compile(rf"\b(?:among|of|from|in) the (?P<n>{COUNT})(?:\s+(?:[a-z]+|▪+)){{1,3}}?,?\s+(?:only |just )?(?P<r>{COUNT})(?=\s*(?:[.,;)]|$|\bare\b|\bwere\b))", re.I),
    re.compile(rf"(?<![\d.,/])(?P<n>{COUNT})\s+▪+(?:\s+(?:[a-z]+\s+){{0,3}}?)(?:accuracy|right|correct)\s*(?:of|is|at)?\s*(?P<a>\d{{1,3}}(?:\.\d+)?\s?%|[01]\.\d+)", re.I),
)  # fmt: skip
# "overall 74 of 100": what is said of all groups together is no further group
OF_ALL = re.compile(
    r"\b(?:overall|over|on|across|for|of all|altogether|together|in total|in all|so that)\b[,:]?\s*(?:the |our |all |that is |that['’]s |we have |i\.e\. )*$",
    re.I,
)
ENTRY = r"(?:\d{1,3}(?:,\d{3})+|\d{1,7})(?:\.\d+)?(?:\s?%)?"
LIST = re.compile(
    rf"(?<![\d.,/–-])(?P<list>(?:{ENTRY}|nan|n/a)(?:(?:\s*,\s*(?:and\s+)?|\s+and\s+|\s*/\s+|\s*;\s*)(?:{ENTRY}|nan|n/a)){{1,15}})(?![\d.,]*\d|\s*[·×/])",
    re.I,
)
COUNTED = re.compile(
    rf"\b(?:counts?|sizes?|numbers?(?: of {THINGS})?|{THINGS}|groups?|bins?|members|there (?:are|were))\b",
    re.I,
)
RATED = re.compile(r"\baccurac(?:y|ies)\b|\brates? of (?:correct|right)|\bshares? of (?:correct|right)", re.I)
NAMES = re.compile(
    r"\b(?P<name>shallow|deep|easy|hard|middle|medium|early|late|small|large|low|high|difficult|simple|intermediate)(?:er|est)?\b|\b(?:group|class|bin|band|bucket)\s+(?P<letter>[A-Z]|\d{1,2})\b",
    re.I,
)


@dataclass(frozen=True)
class Group:
    """Images that are counted together, with how many of them are right, or with their accuracy."""

    name: str
    depths: tuple[int, int] | None
    count: Fraction
    right: Fraction | None
    rate: Fraction | None = None
    last: Fraction = Fraction(0)  # the weight of the last digit of a rate that is printed
    start: int = 0
    end: int = 0

    @property
    def accuracy(self) -> Fraction:
        """The part of them that is right."""
        if self.right is not None:
            return self.right / self.count if self.count else Fraction(0)
        return self.rate or Fraction(0)

    @property
    def number_right(self) -> Fraction:
        """How many are right."""
        return self.right if self.right is not None else self.count * (self.rate or Fraction(0))


@dataclass(frozen=True)
class Groups:
    """All groups of one set of images, in the text's order."""

    groups: tuple[Group, ...]
    start: int = 0
    end: int = 0
    key: str = "depth"
    complete: bool = True  # whether these are all images that the text speaks of

    def merged(self, chosen: Sequence[Group]) -> tuple[Fraction, Fraction, Fraction]:
        """(right, all, how far off the right ones may be because the rates are rounded) of some groups together."""
        slack = sum((one.count * one.last / 2 for one in chosen if one.right is None), Fraction(0))
        return (
            sum((one.number_right for one in chosen), Fraction(0)),
            sum((one.count for one in chosen), Fraction(0)),
            slack,
        )

    @property
    def plain_mean(self) -> Fraction:
        """The mean of the groups' accuracies, whatever their sizes."""
        filled = [one for one in self.groups if one.count]
        return sum((one.accuracy for one in filled), Fraction(0)) / max(len(filled), 1)


def number(text: str) -> Fraction:
    """A count with or without signs between its thousands."""
    return Fraction(text.replace(",", ""))


def masked_depths(text: str) -> tuple[str, list[tuple[int, int, tuple[int, int]]]]:
    """A text with the depths that it names covered, and where each stood with its first and last depth."""
    spans: list[tuple[int, int, tuple[int, int]]] = []
    out = text
    for found in DEPTHS.finditer(text):
        first = int(found.group("a"))
        last = int(found.group("b") or first)
        how, sign = (found.group("how") or "").lower(), (found.group("sign") or "").lower()
        if how or sign in {"at least", "from", "≥"}:
            first, last = (0, last) if re.search(r"less|below|lower|earlier", how) else (first, 99)
        elif sign in {"at most", "up to", "≤"}:
            first = 0
        elif sign in {"below", "under", "<"}:
            first, last = 0, last - 1
        elif sign:
            first, last = first + 1, 99
        spans.append((found.start(), found.end(), (first, last)))
        out = out[: found.start()] + MASK * (found.end() - found.start()) + out[found.end() :]
    return out, spans


def groups_in(text: str, histogram: Histogram | None = None) -> Groups | None:
    """The groups that a text counts, each with its right ones; None where it counts fewer than two.

    >>> told = groups_in("Depth 0: 38 right of 40; depth 1: 20 of 25.")
    >>> [(one.depths, int(one.right or 0), int(one.count)) for one in told.groups]
    [((0, 0), 38, 40), ((1, 1), 20, 25)]
    """
    if not RIGHT_WORDS.search(text):
        return None
    masked, depths = masked_depths(text)
    atoms = list(_atoms(masked, depths))
    if len(atoms) >= 2 and not _other_things(text, atoms):
        return Groups(tuple(atoms), atoms[0].start, atoms[-1].end, complete=_complete(text, atoms))
    return _parallel(masked, histogram) or _whole(text, atoms)


PARTITION = ({"easy", "hard"}, {"shallow", "deep"}, {"early", "late"}, {"small", "large"}, {"low", "high"}, {"simple", "difficult"}, {"easy", "difficult"}, {"easy", "middle", "hard"}, {"shallow", "middle", "deep"}, {"shallow", "medium", "deep"}, {"easy", "medium", "hard"}, {"low", "medium", "high"})  # fmt: skip
REST = re.compile(r"\b(?:the other|the others|remaining|the rest|each of the)\b", re.I)
TOY = re.compile(r"\b(?:suppose|imagine|assume|say|let|if|take|example|toy)\b", re.I)


def _complete(text: str, atoms: Sequence[Group]) -> bool:
    """Whether groups are all images: their depths leave no gap, their names are a pair, or the text says so."""
    spans = [one.depths for one in atoms if one.depths is not None]
    if len(spans) == len(atoms):
        ordered = sorted(spans)
        if ordered[0][0] == 0 and all(b[0] == a[1] + 1 for a, b in pairwise(ordered)) and len(ordered) > 1:
            return True
    if {one.name for one in atoms} in PARTITION or REST.search(text[atoms[0].start : atoms[-1].end]):
        return True
    letters = sorted(one.name for one in atoms)
    if (
        all(len(one) == 1 for one in letters)
        and letters[0] in {"a", "1"}
        and len(set(letters)) == len(letters)
    ):
        return True
    return TOY.search(text[max(0, atoms[0].start - 60) : atoms[0].start]) is not None


WHOLE = re.compile(r"\baccuracy\b[^.;\d]{0,20}$|\b(?:network|net|model)\b[^.;\d]{0,40}$", re.I)


def _whole(text: str, atoms: Sequence[Group]) -> Groups | None:
    """All images together: `the accuracy is 408/480`, `540 of 600 images were right`."""
    if (
        len(atoms) != 1
        or atoms[0].depths is not None
        or atoms[0].name
        or atoms[0].right is None
        or _other_things(text, atoms)
    ):
        return None
    one = atoms[0]
    behind = re.match(rf"\s+{THINGS}\s+(?:are|were)\s+(?:classified )?{RIGHT}", text[one.end :], re.I)
    if WHOLE.search(text[max(0, one.start - 60) : one.start]) is None and behind is None:
        return None
    return Groups((one,), one.start, one.end)


def _atoms(masked: str, depths: Sequence[tuple[int, int, tuple[int, int]]]) -> Iterator[Group]:
    taken: list[tuple[int, int]] = []
    made: list[Group] = []
    for pattern in ATOMS:
        for found in pattern.finditer(masked):
            start, end = found.span()
            if any(a < end and start < b for a, b in taken) or OF_ALL.search(
                masked[max(0, start - 30) : start]
            ):
                continue
            told = found.groupdict()
            count = number(told["n"])
            right = rate = None
            last = Fraction(0)
            if told.get("r"):
                word = told["r"].lower()
                right = count if word in {"all", "both"} else Fraction(0) if word == "none" else number(word)
                if right > count:
                    continue
            else:
                printed = str(told["a"])
                digits = printed.rstrip("% ")
                scale = Fraction(1, 100) if "%" in printed else Fraction(1)
                rate = Fraction(digits) * scale
                last = Fraction(1, 10 ** len(digits.partition(".")[2])) * scale
                if rate > 1:
                    continue
            taken.append((start, end))
            made.append(Group("", None, count, right, rate, last, start, end))
    made.sort(key=lambda one: one.start)
    # "for depth 0 148 of 150, for depth 1 ...": each group's depths stand before it
    lead = bool(made) and any(
        end <= made[0].start and not re.search(r"[.;]\s", masked[end : made[0].start]) for _, end, _ in depths
    )
    for place, one in enumerate(made):
        begin = made[place - 1].end if place else 0
        until = made[place + 1].start if place + 1 < len(made) else len(masked)
        yield replace(
            one,
            depths=_own_depths(one, masked, depths, begin, until, lead=lead),
            name=_own_name(masked, one, begin, until),
        )


def _own_depths(
    one: Group,
    masked: str,
    depths: Sequence[tuple[int, int, tuple[int, int]]],
    begin: int,
    until: int,
    *,
    lead: bool,
) -> tuple[int, int] | None:
    """The depths that belong to a group: within it, before it up to the group before, or behind it up to the next."""
    inside = [span for start, end, span in depths if one.start <= start < one.end]
    before = [
        (end, span)
        for start, end, span in depths
        if begin <= start and end <= one.start + 1 and not re.search(r"[.;]\s", masked[end : one.start])
    ]
    behind = [
        (start, span)
        for start, end, span in depths
        if one.end <= start and end <= until and not re.search(r"[.;:,]\s|\band\b", masked[one.end : start])
    ]
    if inside:
        return inside[0]
    if behind and not (lead and before):
        return behind[0][1]
    return before[-1][1] if before else None


def _own_name(masked: str, one: Group, begin: int, until: int) -> str:
    before = re.split(r"[.;]\s", masked[max(begin, one.start - 50) : one.start])[-1]
    around = (
        before
        + masked[one.start : one.end]
        + re.split(r"[.;]", masked[one.end : min(until, one.end + 40)])[0]
    )
    found = NAMES.search(around)
    return (found.group("name") or found.group("letter")).lower() if found is not None else ""


OTHER_THINGS = re.compile(
    r"\b(?:neighbou?rs?|votes?|probes|networks|pairs?|triplets?|epochs?|seeds|experiments|runs|weights|layers|VAL|FAR|faces|dimensions|accepted|classes|shapes)\b",
    re.I,
)


def _other_things(text: str, atoms: Sequence[Group]) -> bool:
    """Whether the counts are of something else than images that are classified."""
    begin = max((cut.end() for cut in re.finditer(r"[.!?]\s", text[: atoms[0].start])), default=0)
    behind = re.split(r"[.!?;](?=\s|$)", text[atoms[-1].end : atoms[-1].end + 60])[0]
    inside = text[max(begin, atoms[0].start - 80) : atoms[-1].end] + behind
    return bool(OTHER_THINGS.search(inside)) or not RIGHT_NEAR.search(inside)


RIGHT_NEAR = re.compile(r"\b(?:right|correct\w*|accura\w*|classified|hits)\b", re.I)


def _entries(found: re.Match[str]) -> list[tuple[Fraction, Fraction] | None]:
    """(value, weight of its last digit) of each entry of a list; None for one that is not a number."""
    body = found.group("list")
    pieces = [
        piece
        for piece in re.split(
            r"\s*,\s*and\s+|\s*,(?!\d{3}(?!\d))\s*|\s+and\s+|\s*/\s+|\s*;\s*", body, flags=re.I
        )
        if piece.strip()
    ]
    percent = "%" in body
    out: list[tuple[Fraction, Fraction] | None] = []
    for piece in pieces:
        if not re.match(r"\d", piece):
            out.append(None)
            continue
        digits = piece.rstrip("% ").replace(",", "")
        scale = Fraction(1, 100) if percent else Fraction(1)
        out.append((Fraction(digits) * scale, Fraction(1, 10 ** len(digits.partition(".")[2])) * scale))
    return out


def _parallel(masked: str, histogram: Histogram | None) -> Groups | None:
    """Two lists in the same order, of images and of right ones or accuracies; a histogram may stand for the first."""
    lists = [(found, _entries(found)) for found in LIST.finditer(masked)]
    rates = [(found, entries) for found, entries in lists if _are_rates(masked, found, entries)]
    if len(rates) != 1:
        return None
    rated, values = rates[0]
    whole = [
        (found, entries)
        for found, entries in lists
        if found is not rated and len(entries) == len(values) and _are_counts(masked, found, entries)
    ]
    as_right = RATED.search(masked[max(0, rated.start() - 60) : rated.start()]) is None
    if len(whole) == 1:
        counted, sizes = whole[0]
        counts = [one[0] for one in sizes if one is not None]
        spans: list[tuple[int, int] | None] = [None] * len(counts)
        start, end = min(counted.start(), rated.start()), max(counted.end(), rated.end())
    elif histogram is not None and histogram.whole and not whole:
        bars = [(span, count) for span, count in sorted(histogram.counted.items())]
        bars = bars if len(bars) == len(values) else [(span, count) for span, count in bars if count]
        if len(bars) != len(values):
            return None
        counts, spans = [Fraction(count) for _, count in bars], [span for span, _ in bars]
        start, end = rated.span()
    else:
        return None
    groups = []
    for count, value, span in zip(counts, values, spans, strict=True):
        if value is None and count:
            return None
        if as_right:
            right = value[0] if value is not None else Fraction(0)
            if right > count:
                return None
            groups.append(Group("", span, count, right, start=start, end=end))
        else:
            groups.append(
                Group(
                    "",
                    span,
                    count,
                    None,
                    value[0] if value is not None else Fraction(0),
                    value[1] if value is not None else Fraction(0),
                    start,
                    end,
                )
            )
    return Groups(tuple(groups), start, end)


def _are_rates(
    masked: str, found: re.Match[str], entries: Sequence[tuple[Fraction, Fraction] | None]
) -> bool:
    values = [one[0] for one in entries if one is not None]
    before, after = masked[max(0, found.start() - 60) : found.start()], masked[found.end() : found.end() + 50]
    if len(values) < 2:
        return False
    if all(value <= 1 for value in values) and RATED.search(before):
        return any(one is not None and (one[1] < 1) for one in entries)
    whole = all(value.denominator == 1 for value in values)
    return whole and bool(
        re.match(
            rf"\s*(?:(?:of (?:them|these|those|which)|images|were|are)\s*){{0,3}}\b{RIGHT}\b", after, re.I
        )
        or re.search(rf"\b{RIGHT}\b\s*(?:ones|images|are|were|:)*\s*$", before, re.I)
    )


def _are_counts(
    masked: str, found: re.Match[str], entries: Sequence[tuple[Fraction, Fraction] | None]
) -> bool:
    if any(one is None or one[0].denominator != 1 or one[1] < 1 for one in entries) or "%" in found.group():
        return False
    before, after = masked[max(0, found.start() - 50) : found.start()], masked[found.end() : found.end() + 40]
    return bool(
        COUNTED.search(before)
        or COUNTED.match(after.lstrip())
        or re.match(rf"\s*(?:[a-z]+ ){{0,2}}{THINGS}", after, re.I)
    )


__all__ = [
    "RIGHT",
    "RIGHT_WORDS",
    "Group",
    "Groups",
    "groups_in",
    "masked_depths",
    "number",
]
