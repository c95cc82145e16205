# ruff: noqa: E501 -- a pattern stays on one line
"""All that a document counts about depths and votes, block by block, and what it then says of it.

A `Ledger` holds the histograms, the answers of probes, the votes by class and the groups with their right images, each
in the block that gives it. `claims_of` reads a block against what the ledger holds up to there. A claim is refuted by
numbers of the text alone, or by the definition of the depth.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from grader.verify.claim import Judged
from grader.verify.depth.group_tables import groups_of_table
from grader.verify.depth.groups import Groups, groups_in
from grader.verify.depth.histograms import Histogram, histograms_in
from grader.verify.depth.listings import bars_of
from grader.verify.depth.plain_blocks import PlainBlock, plain_blocks
from grader.verify.depth.polls import Poll, poll_of_table, polls_in, winners_of_table
from grader.verify.depth.said_depths import OF_LIST, Numbering, judged_depth, numbering_of, said_depths
from grader.verify.depth.topic import speaks_of_depths
from grader.verify.depth.vote_runs import told_votes
from grader.verify.depth.votes import LAST_IS_FINAL, Row, Votes, rows_of_votes, votes_in
from grader.verify.reading.document import Text

SPEAKS_OF_VOTES = re.compile(r"\b(?:depths?|probes?|votes?|k-?NN|predictions?)\b", re.I)
BLOCKS_BACK = 3  # how far before a block votes or polls may stand of which it speaks
BLOCKS_OF_GROUPS = 8
REACH = 600
# "the last probe says 7, 7, 2", image after image; "neighbours with labels 4, 4, 1"
OF_IMAGES = re.compile(
    r"\b(?:probe|layer|L) ?\d+ (?:says|votes|gives|predicts|answers)\W*$|\b(?:last|final|first) probe (?:says|votes|gives|predicts|answers)\W*$"
    r"|\b(?:neighbou?rs?|nearest)\b[^.;:▪]{0,70}$|\btrue labels\b[^.;:▪]{0,25}$",
    re.I,
)
NO_IMAGE = frozenset({"sorted", "ordered", "order", "counts", "depths", "histogram", "labels", "losses"})
OWN_RUN = re.compile(
    r"\b(?:our|my) (?:own )?(?:(?:mean|median|average|measured|prediction|largest) )*(?:depths?|run|experiment|training|notebook|test set|network|net|model|laptop|data|histogram|results?)s?\b|\b(?:ours|mine)\b",
    re.I,
)
OWN = re.compile(r"\b(?:our|my|we|I)\b")


@dataclass(frozen=True)
class Ledger:
    """What a document counts, by the number of the block that gives it."""

    blocks: tuple[PlainBlock, ...]
    numbering: Numbering
    histograms: Mapping[int, Histogram | None]
    votes: Mapping[int, tuple[Votes, ...]]
    polls: Mapping[int, tuple[Poll, ...]]
    groups: Mapping[int, Groups]
    cells: Mapping[int, tuple[tuple[int, Judged], ...]]

    def histogram_at(self, number: int) -> tuple[Histogram, int] | None:
        """The histogram that a block gives, or the last one before it, and the block that gives it."""
        given = [place for place in self.histograms if place <= number]
        told = self.histograms[max(given)] if given else None
        return (told, max(given)) if told is not None else None

    def votes_before(self, number: int) -> tuple[Votes, ...]:
        """The votes of the blocks right before one, those of a whole list or table together."""
        out: list[Votes] = []
        block = self.blocks[number]
        back = number - 1
        steps = 0
        while back >= 0 and steps < BLOCKS_BACK and self.blocks[back].section == block.section:
            out = [*(one for one in self.votes.get(back, ()) if one.listed or back == number - 1), *out]
            if self.blocks[back].kind not in {"row", "item"} or block.kind != self.blocks[back].kind:
                steps += self.blocks[back].kind != "row"
            back -= 1
        return tuple(out)

    def poll_before(self, number: int) -> Poll | None:
        """The votes by class that were counted last before a block, in its section."""
        for back in range(number - 1, max(number - 1 - BLOCKS_BACK, -1), -1):
            if self.blocks[back].section != self.blocks[number].section:
                return None
            if self.polls.get(back):
                return self.polls[back][-1]
        return None

    def groups_at(self, number: int) -> tuple[Groups, int] | None:
        """The groups that a block counts, or the last ones before it, and the block that counts them."""
        for back in range(number, max(number - 1 - BLOCKS_OF_GROUPS, -1), -1):
            if self.blocks[number].section - self.blocks[back].section > 1:
                return None
            if back in self.groups:
                return self.groups[back], back
        return None

    def of_another_run(self, sentence: str, giver: int, number: int, at: int) -> bool:
        """Whether a sentence at a place of a block speaks of the author's own run, and what gave the numbers does not."""
        gave = self.blocks[giver].text[:at] if giver == number else self.blocks[giver].text
        return bool(OWN_RUN.search(sentence)) and not OWN.search(gave)


def ledger_of(text: Text) -> Ledger:
    """Everything that a document counts."""
    blocks = plain_blocks(text)
    source = "\n".join(block.text for block in blocks)
    numbering = numbering_of(source)
    votes: dict[int, tuple[Votes, ...]] = {}
    cells: dict[int, tuple[tuple[int, Judged], ...]] = {}
    depths: dict[int, Histogram] = {}
    before = ""
    for rows in _tables_and_blocks(blocks):
        if rows[0].kind == "row":
            listed = list(rows_of_votes(rows)) if speaks_of_depths(blocks, rows[0].number) else []
            for row in listed:
                votes[row.block.number] = (*votes.get(row.block.number, ()), row.votes)
                made = _cell(row, numbering)
                if made is not None:
                    cells[row.block.number] = (*cells.get(row.block.number, ()), made)
            for number, column, judged in winners_of_table(rows) if listed else ():
                cells[number] = (*cells.get(number, ()), (column, judged))
            counted = _counted_depths([row.votes for row in listed], listed)
        else:
            found = _votes_of(rows[0], before) if rows[0].kind != "heading" else ()
            if found:
                votes[rows[0].number] = found
            counted = _counted_depths(found, ())
            before = f"{before} {rows[0].text}"[-4 * REACH :]
        if counted is not None:
            depths[rows[-1].number] = counted
    histograms = histograms_in(blocks, source, depths)
    polls = {
        block.number: told
        for block in blocks
        if block.kind not in {"row", "heading"} and (told := tuple(polls_in(block.text)))
    }
    for rows in _tables_and_blocks(blocks):
        counted_votes = poll_of_table(rows, blocks) if rows[0].kind == "row" else None
        if counted_votes is not None:
            polls[rows[-1].number] = (counted_votes,)
    return Ledger(blocks, numbering, histograms, votes, polls, _groups(blocks, histograms), cells)


def ledger_without_counts(text: Text) -> Ledger:
    """The ledger of a document whose counts could not be read."""
    return Ledger(plain_blocks(text), numbering_of(""), {}, {}, {}, {}, {})


def _tables_and_blocks(blocks: Sequence[PlainBlock]) -> Iterator[list[PlainBlock]]:
    """A table's rows together, and every other block alone."""
    for (kind, _), run in groupby(
        blocks, lambda block: (block.kind, block.header if block.kind == "row" else ())
    ):
        rows = list(run)
        yield from [rows] if kind == "row" else [[row] for row in rows]


def _groups(blocks: Sequence[PlainBlock], histograms: Mapping[int, Histogram | None]) -> dict[int, Groups]:
    """The groups of images by the block that counts them: a table, a list, or a paragraph."""
    out: dict[int, Groups] = {}
    histogram: Histogram | None = None
    for kind, run in groupby(blocks, lambda block: (block.kind, block.header if block.kind == "row" else ())):
        rows = list(run)
        if kind[0] == "row":
            told = groups_of_table(rows)
            if told is not None:
                out[rows[-1].number] = told
        elif kind[0] != "heading":
            for block in rows:
                if not speaks_of_depths(blocks, block.number, of_rates=True):
                    continue
                told = groups_in(block.text, histograms.get(block.number) or histogram)
                if told is not None and not _parts_of(told, out, block.number):
                    out[block.number] = told
            if kind[0] == "item" and len(rows) > 1 and not any(row.number in out for row in rows):
                told = groups_in(" ; ".join(row.text for row in rows))
                if told is not None:
                    out[rows[-1].number] = replace(told, start=0, end=len(rows[-1].text))
        for block in rows:
            histogram = histograms.get(block.number, histogram)
    return out


def _parts_of(told: Groups, known: Mapping[int, Groups], number: int) -> bool:
    """Whether groups only repeat some of those that have been counted before."""
    before = [place for place in known if number - BLOCKS_OF_GROUPS <= place < number]
    if not before:
        return False
    whole = known[max(before)]
    every = sum(group.count for group in whole.groups)
    if len(told.groups) == 1 < len(whole.groups) and sum(group.count for group in told.groups) == every:
        return True  # "the total accuracy is 49/60"
    return whole.complete and sum(group.count for group in told.groups) <= every and not told.complete


def _is_of_others(before: str) -> bool:
    """Whether a list behind some words is of one probe's answers, of neighbours or of depths, and not an image's votes."""
    return OF_LIST.search(before) is not None or OF_IMAGES.search(before[-80:]) is not None


def _votes_of(block: PlainBlock, before: str) -> tuple[Votes, ...]:
    """The answers of probes that a block gives: the lists in it, and what its sentences tell in words."""
    around = f"{before[-REACH:]} {block.heading} {block.text}"
    if not SPEAKS_OF_VOTES.search(around):
        return ()
    listed = [
        one
        for one in votes_in(block.text)
        if one.name not in NO_IMAGE and not _is_of_others(block.text[: one.start].rstrip("[({` "))
    ]
    told: list[Votes] = []
    for start, sentence in block.sentences():
        one = told_votes(sentence, f"{before} {block.text[:start]}")
        if one is not None and not any(
            start + one.start < other.end and other.start < start + one.end for other in listed
        ):
            told.append(_moved(one, start))
    if LAST_IS_FINAL.search(block.text):
        listed = [replace(one, final=None) for one in listed]
    return tuple(sorted((*listed, *told), key=lambda one: one.start))


def _moved(votes: Votes, by: int) -> Votes:
    return replace(votes, start=votes.start + by, end=votes.end + by)


def _cell(row: Row, numbering: Numbering) -> tuple[int, Judged] | None:
    """The ruling on the depth that a row gives beside its votes."""
    if row.depth_column is None or row.depth_column >= len(row.block.cells):
        return None
    stated = row.block.cells[row.depth_column]
    if not re.fullmatch(r"\d{1,2}", stated):
        return None
    said = said_depths(f"depth {stated}")
    judged = judged_depth(row.votes, said[0], numbering) if said else None
    return None if judged is None else (row.depth_column, judged)


def _counted_depths(votes: Sequence[Votes], rows: Sequence[Row]) -> Histogram | None:
    """The depths of several images with their votes, where those that a table states are right."""
    depths = [one.depth for one in votes if one.listed]
    if (
        len(depths) < 3
        or any(depth is None for depth in depths)
        or len({len(one.answers) for one in votes if one.listed}) != 1
    ):
        return None
    plain = [depth for depth in depths if depth is not None]
    for row, depth in zip(rows, plain, strict=False):
        if row.depth_column is not None and row.block.cells[row.depth_column] != str(depth):
            return None
    return Histogram(bars_of(plain, votes[0].first + len(votes[0].answers) - 1), whole=True, listed=True)


__all__ = ["Ledger", "ledger_of"]
