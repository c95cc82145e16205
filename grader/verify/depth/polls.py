# ruff: noqa: E501 -- a pattern stays on one line
"""Votes counted by class: those of the k nearest neighbours of a probe, or of several networks on one image."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from grader.verify.claim import Judged, Kind, Method, refuted, verified
from grader.verify.depth.plain_blocks import PlainBlock
from grader.verify.depth.votes import CLASS, NO_CLASS, winner_column

VOTERS = r"(?:neighbou?rs?|votes?|networks?|nets|models?|members?|seeds?|runs?|classifiers?|copies|annotators?|voters?)"
CONTEXT = re.compile(
    rf"\bvot(?:e|es|ed|ing)\b|\bneighbou?rs?\b|\bk-?NN\b|\bensembles?\b|\b\d+ {VOTERS}\b|\bconsensus\b|\bplurality\b|\bmajority\b",
    re.I,
)
NETWORKS = re.compile(
    r"\bnetworks?\b|\bnets\b|\bensembles?\b|\bmodels\b|\bmembers\b|\bseeds\b|\bconsensus\b|\bcopies\b", re.I
)
_NAME = r"[\"'‘“`]?(?!(?:neighbou?rs?|votes?|networks?|images?|probes?|models?|members?|of|times|classes|layers?|the|more|less|seeds|runs|nearest|out|other|others|training|test|different|trained|independent)\b)(?:class )?(?:[A-Za-z][A-Za-z_-]{0,14}|(?<=class )\d{1,2})[\"'’”`]?"
_COUNT = r"\d{1,5}(?![\d.]*\d|\s?%|[A-Za-z])"
_AND = r"\s*(?:,\s*and\b|,|;|\band\b|\bbut\b|/|\||·)\s*"
_GETS = r"(?:\s*[:=(×-]\s*|\s+(?:gets?|has|have|with|got|receives?|wins|collects?|takes?)(?: only)?\s+|\s+)"
FIRST = rf"(?P<n{{0}}>(?-i:[A-Z](?=\d))|{_NAME}(?={_GETS}))(?:{_GETS})?(?P<c{{0}}>{_COUNT})(?:\)|\s+(?:votes?|times|neighbou?rs|of them)\b)?"
_VERBS = r"(?:(?:say|says|said|vote|votes|voted|are|were|is|choose|chose|predict|predicts|predicted|answer|answers|go|goes|went|fall|fell|for|to|on|of|class|the|a|an|labelled|in favour of|belong|picked|pick)\s+){0,5}"
LAST = rf"(?P<c{{0}}>{_COUNT})\s*(?:×\s*)?(?:(?:of (?:them|these|the \d+|the (?:neighbou?rs|networks|votes))|out of \d+|{VOTERS})\s+)?{_VERBS}(?P<n{{0}}>{_NAME})"
MOST_PAIRS = 8


def _sequence(pair: str) -> re.Pattern[str]:
    """Two to eight pairs of a class and its votes, one after the other."""
    plain = re.sub(r"\?P<[nc]\{0\}>", "?:", pair)
    return re.compile(rf"(?<![\w.,-]){plain}(?:{_AND}{plain}){{1,{MOST_PAIRS - 1}}}(?![\w.]*\d)", re.I)


SEQUENCES = (
    (_sequence(LAST), re.compile(LAST.replace("{0}", "0"), re.I)),
    (_sequence(FIRST), re.compile(FIRST.replace("{0}", "0"), re.I)),
)
UNNAMED = re.compile(
    rf"\b{VOTERS}\b[^.;:\d]{{0,30}}?:?\s*(?P<counts>\d{{1,4}}(?:\s*[,:–]\s*(?:and )?\d{{1,4}}|\s+and \d{{1,4}}){{1,9}})(?![\d.]*\d|\s*%)",
    re.I,
)
RAW = re.compile(
    r"\b(?:neighbou?rs|labels|networks|models|members)\b[^.;:]{0,80}?(?:[:(]|\bas\b|\bsay\b|\bvote\b|\banswer\b|\bpredict\b)\s*(?P<labels>[a-z]{2,12}(?:\s*,\s*(?:and )?[a-z]{2,12}){2,30})(?=\s*[.;)]|$)",
    re.I,
)
TOTAL = re.compile(
    rf"\b(?:k\s*=\s*)?(?P<many>\d{{1,5}})\s+(?:(?:nearest|training|closest|trained|independent|differently|initiali[sz]ed|ResNets?)\s+)*{VOTERS}\b|\bk\s*=\s*(?P<k>\d{{1,4}})\b|\bof (?:the|all) (?P<all>\d{{1,4}})\b",
    re.I,
)
NO_NAME = NO_CLASS | {"images", "image", "neighbours", "neighbors", "neighbour", "neighbor", "networks", "models", "members", "classes", "points", "units", "numbers", "times", "features", "entries", "dimensions", "per", "cent", "percent", "epochs", "more", "less", "fewer", "other", "others", "rest", "them", "these", "those", "such", "as", "each", "every", "many", "some", "most", "least", "last", "first", "total", "together", "only", "just", "about", "than", "half", "there", "k", "n", "m", "depth", "depths", "histogram", "mean", "median", "pixels", "maps", "channels", "samples", "examples", "pictures", "batch", "seeds", "runs", "way", "test", "training", "between", "among", "out", "over", "under", "which", "who", "right", "wrong", "correct", "correctly", "errors", "mistakes", "fold", "years", "minutes", "table", "figure", "section", "question", "exercise", "part", "step"}  # fmt: skip
LABEL = re.compile(
    rf"\b(?:true|right|correct|actual|real) (?:class|label|answer)s?(?: of (?:the|this) image)?\s*(?:is|being|was|:|=|\()?\s*{CLASS}(?!\w)|\b(?:labelled|labeled)(?: as)?\s+{CLASS.replace('class>', 'class2>')}(?!\w)|\b(?:whose |its |the )(?:true |own )?label(?:\s+is|\s*:|\s*=|\s+reads|\s+says)\s*{CLASS.replace('class>', 'class3>')}(?!\w)|\b(?:label|class)(?: of (?:the|this) (?:image|picture))? is {CLASS.replace('class>', 'class4>')}(?!\w)|\b(?:image|picture|photo) of an? (?P<class5>[a-z]{{2,12}})\b|\btruly (?:is )?an? (?P<class6>[a-z]{{2,12}})\b",
    re.I,
)
LABEL_COUNT = re.compile(
    r"\b(?:true|right|correct) (?:class|label|answer) (?:is|being|has|got|gets|was|receives?)(?: the one with)? (?:only )?(?P<count>\d{1,4})\b",
    re.I,
)


@dataclass(frozen=True)
class Poll:
    """Votes by class; `total` where more voters are named than these, `label` the true class where the text tells it."""

    counts: Mapping[str, int]
    total: int
    start: int = 0
    end: int = 0
    networks: bool = False
    label: str | None = None
    stated: int | None = None
    names: Mapping[str, str] = field(default_factory=dict)

    @property
    def rest(self) -> int:
        """Voters whose class is not told."""
        return self.total - sum(self.counts.values())

    @property
    def winners(self) -> tuple[str, ...]:
        """The classes with the most votes, none if a class that is not told might have more."""
        top = max(self.counts.values())
        return tuple(name for name, count in self.counts.items() if count == top) if top > self.rest else ()

    @property
    def top(self) -> int:
        """The most votes of a class."""
        return max(self.counts.values())

    def share(self, name: str) -> Fraction:
        """The part of all votes that a class has."""
        return Fraction(self.counts[name], self.total)

    @property
    def shown(self) -> str:
        """The votes as a list."""
        return ", ".join(f"{self.names.get(name, name)} {count}" for name, count in self.counts.items())


def plain_class(name: str) -> str:
    """A class by one name, in the singular: `dogs` and `Dog` are one."""
    plain = re.sub(r"^(?:class|the|a|an) ", "", name.strip("\"'‘’“”`() "), flags=re.I)
    if len(plain) == 1:
        return plain  # the class A is no article
    plain = plain.lower()
    return plain[:-1] if len(plain) > 3 and plain.endswith("s") and not plain.endswith("ss") else plain


def polls_in(text: str) -> list[Poll]:
    """The votes by class that a text counts.

    >>> [(one.shown, one.winners) for one in polls_in("Of 30 neighbours 12 are cats, 11 dogs and 7 frogs.")]
    [('cats 12, dogs 11, frogs 7', ('cat',))]
    """
    found: list[Poll] = []
    for whole, pair in SEQUENCES:
        for one in whole.finditer(text):
            if any(a.start < one.end() and one.start() < a.end for a in found) or not _speaks(
                text, one.start(), one.end()
            ):
                continue
            pairs = [(m.group("n0"), int(m.group("c0"))) for m in pair.finditer(text, one.start(), one.end())]
            made = _poll(text, one.start(), one.end(), pairs)
            if made is not None:
                found.append(made)
    for one in RAW.finditer(text):
        labels = [plain_class(label) for label in re.split(r"\s*,\s*(?:and )?", one.group("labels"))]
        if (
            _speaks(text, max(0, one.start() - 12), one.end())
            and len(set(labels)) < len(labels)
            and not set(labels) & NO_NAME
        ):
            networks = bool(NETWORKS.search(one.group())) and not re.search(r"neighbou?rs", one.group(), re.I)
            found.append(
                Poll(
                    Counter(labels),
                    len(labels),
                    one.start("labels"),
                    one.end(),
                    networks,
                    _label(text, labels),
                )
            )
    for one in UNNAMED.finditer(text):
        counts = [int(count) for count in re.findall(r"\d+", one.group("counts"))]
        total = _total(text, one.start("counts"), one.end())
        if (
            total == sum(counts)
            and len(counts) > 1
            and not any(a.start < one.end() and one.start() < a.end for a in found)
        ):
            by_place = {f"#{place}": count for place, count in enumerate(counts)}
            label = LABEL_COUNT.search(text, one.start())
            own = [
                name
                for name, count in by_place.items()
                if label is not None and count == int(label.group("count"))
            ]
            found.append(
                Poll(by_place, total, one.start(), one.end(), True, own[0] if len(own) == 1 else None, total)
            )
    return sorted(found, key=lambda poll: poll.start)


def _speaks(text: str, start: int, end: int) -> bool:
    begin = max((cut.end() for cut in re.finditer(r"[.!?]\s", text[:start])), default=0)
    before = text[max(0, begin - 160) : start]
    after = re.split(r"[.!?](?=\s)", text[end : end + 120])[0]
    return bool(CONTEXT.search(before) or CONTEXT.search(text[start:end]) or CONTEXT.search(after))


def _total(text: str, start: int, end: int) -> int | None:
    begin = max((cut.end() for cut in re.finditer(r"[.!?]\s", text[:start])), default=0)
    near = list(TOTAL.finditer(text, begin, start)) or list(TOTAL.finditer(text, max(0, begin - 200), begin))
    if near:
        last = near[-1]
        return int(last.group("many") or last.group("k") or last.group("all"))
    behind = re.match(
        rf"[^.;]{{0,30}}?\b(?:of|out of|among)\s+(?:the |all )?(?P<many>\d{{1,4}})\s+{VOTERS}",
        text[end:],
        re.I,
    )
    return int(behind.group("many")) if behind is not None else None


def _poll(text: str, start: int, end: int, pairs: list[tuple[str, int]]) -> Poll | None:
    names = [plain_class(name) for name, _ in pairs]
    if len(pairs) < 2 or len(set(names)) != len(names) or any(name in NO_NAME or not name for name in names):
        return None
    counts = dict(zip(names, (count for _, count in pairs), strict=True))
    stated = _total(text, start, end)
    total = sum(counts.values())
    if not total or (stated is not None and stated < max(counts.values())):
        return None
    shown = {name: written.strip("\"'‘’“”`") for name, (written, _) in zip(names, pairs, strict=True)}
    networks = bool(NETWORKS.search(text[max(0, start - 160) : end + 60]))
    whole = total if stated is None or stated < total else stated
    return Poll(counts, whole, start, end, networks, _label(text, names), stated, shown)


def _label(text: str, names: list[str]) -> str | None:
    """The true class of the image, where a text tells it and it is one of these."""
    for found in LABEL.finditer(text):
        named = next(filter(None, found.groups()))
        if plain_class(named) in names:
            return plain_class(named)
    return None


# -- tables ------------------------------------------------------------------------------------------------------------

CLASS_TITLE = re.compile(
    r"^\W*(?:class(?:es)?|labels?|animals?|answers?|predictions?|predicted class)\W*$", re.I
)
VOTES_TITLE = re.compile(
    r"^\W*(?:(?:number of |# ?)?(?:votes?|neighbou?rs|voters|networks)(?: for it)?)\W*$", re.I
)


def poll_of_table(rows: Sequence[PlainBlock], blocks: Sequence[PlainBlock]) -> Poll | None:
    """The votes of a table: a class in each row, or a class in each column over one row of votes."""
    header = rows[0].header
    about = " ".join(block.text for block in blocks[max(0, rows[0].number - 2) : rows[0].number])
    pairs: list[tuple[str, str]] = []
    if len(header) >= 2 and CLASS_TITLE.match(header[0]):
        columns = [place for place, title in enumerate(header) if place and VOTES_TITLE.match(title)]
        if len(columns) == 1:
            pairs = [(row.cells[0], row.cells[columns[0]]) for row in rows if len(row.cells) > columns[0]]
        elif len(rows) == 1 and VOTES_TITLE.match(rows[0].cells[0]):
            pairs = list(zip(header[1:], rows[0].cells[1:], strict=False))
    pairs = [pair for pair in pairs if not re.match(r"\W*(?:total|sum|all)\b", pair[0], re.I)]
    if len(pairs) < 2 or not all(re.fullmatch(r"\d{1,5}", count) for _, count in pairs):
        return None
    names = [plain_class(name) for name, _ in pairs]
    if len(set(names)) != len(names):
        return None
    counts = dict(zip(names, (int(count) for _, count in pairs), strict=True))
    total = sum(counts.values())
    shown = dict(zip(names, (name for name, _ in pairs), strict=True))
    return (
        Poll(
            counts,
            total,
            0,
            0,
            bool(NETWORKS.search(f"{about} {' '.join(header)}")),
            _label(about, names),
            total,
            shown,
        )
        if total
        else None
    )


def winners_of_table(rows: Sequence[PlainBlock]) -> Iterator[tuple[int, int, Judged]]:
    """(block, column, ruling) of each winner that a table names beside the votes of its probe by class."""
    place = winner_column(rows)
    if place is None:
        return
    header = rows[0].header
    for row in rows:
        counts = {
            title: int(cell)
            for title, cell in zip(header[1:], row.cells[1:], strict=True)
            if cell.isdigit() and title != header[place]
        }
        most, own = max(counts.values(), default=0), counts.get(row.cells[place])
        says = ", ".join(f"{count} for {title}" for title, count in counts.items())
        if own is None or list(counts.values()).count(most) > 1:
            continue  # a tie goes either way
        if own == most:
            yield row.number, place, verified(Kind.ARITHMETIC, says, Method.COUNT)
        else:
            witness = {"votes": says, "stated": row.cells[place]}
            yield row.number, place, refuted(Kind.ARITHMETIC, f"{says}: that is not the majority", Method.COUNT, witness)  # fmt: skip


__all__ = ["VOTERS", "Poll", "plain_class", "poll_of_table", "polls_in", "winners_of_table"]
