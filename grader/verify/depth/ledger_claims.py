"""What a block says of depths, votes and groups of images, read against what the document has counted up to there."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from grader.verify.claim import Judged, Ruling
from grader.verify.depth.brute_force import brute_force
from grader.verify.depth.changed_votes import dissent_claims
from grader.verify.depth.circumstances import OTHER_THINGS, WHOLE_SET, elsewhere
from grader.verify.depth.depth_statements import depth_claims
from grader.verify.depth.extreme_votes import extreme_votes
from grader.verify.depth.group_statements import group_claims
from grader.verify.depth.histogram_statements import histogram_claims
from grader.verify.depth.histograms import Histogram
from grader.verify.depth.image_orders import image_orders
from grader.verify.depth.ledger import Ledger
from grader.verify.depth.other_sets import (
    larger_set_between,
    lists_others,
    new_case,
    rate_reckoned,
    told_of_a_larger_set,
)
from grader.verify.depth.plain_blocks import PlainBlock
from grader.verify.depth.poll_statements import poll_claims
from grader.verify.depth.topic import takes_up
from grader.verify.depth.vote_rules import vote_rules
from grader.verify.depth.vote_tallies import tally_claims
from grader.verify.networks.stages import stage_claims

BLOCKS_OF_STAGES = 30
# "counted from 0 the mean is one less"
RENUMBERED = re.compile(
    r"\b(?:count|number|start)(?:ed|ing)\b[^.;,]{0,20}\bfrom (?:0|1|zero|one)\b|\b(?:0|1|zero|one)-based\b",
    re.I,
)
WITH_LIST = re.compile(
    r"\b(?:with|for|of|take|suppose) (?:(?:the|depths|counts) )?\d{1,6}(?:,? \d{1,6}){2}", re.I
)
SPEAKS_OF_DEPTH = re.compile(r"\bdepths?\b", re.I)


@dataclass(frozen=True)
class Counted:
    """A claim of a block, by its place in the block's plain text.

    `premised` if it follows from what its own sentence supposes, so that the supposition has been read.
    """

    start: int
    end: int
    judged: Judged
    premised: bool = False
    of_errors: bool = False  # its own word "wrong" says which images it counts, and denies nothing


def claims_of(ledger: Ledger, number: int) -> Iterator[Counted]:
    """The claims of a block about what has been counted, each with its ruling."""
    block = ledger.blocks[number]
    if block.kind == "heading" or not block.text.strip():
        return
    yield from _of_stages(ledger, block)
    if block.kind == "row":
        return
    yield from _of_depths(ledger, block)
    yield from _of_polls(ledger, block)
    yield from _of_groups(ledger, block)
    yield from _of_histograms(ledger, block)


def _of_stages(ledger: Ledger, block: PlainBlock) -> Iterator[Counted]:
    about = "\n".join(
        one.text for one in ledger.blocks[max(0, block.number - BLOCKS_OF_STAGES) : block.number]
    )
    sentences = block.sentences() if block.kind != "row" else [(0, block.text)]
    header = " ".join(block.header)
    for at, sentence in sentences:
        for start, end, judged in stage_claims(
            sentence, f"{block.heading} {about} {header} {block.text[:at]}"
        ):
            yield Counted(at + start, at + end, judged)


def _of_depths(ledger: Ledger, block: PlainBlock) -> Iterator[Counted]:
    own = ledger.votes.get(block.number, ())
    earlier = ledger.votes_before(block.number)
    if not own and not earlier:
        return
    about = f"{block.heading} {' '.join(one.text for one in ledger.blocks[max(0, block.number - 3) : block.number])}"
    spoken = bool(SPEAKS_OF_DEPTH.search(about))
    for said, judged in depth_claims(block.text, own, earlier, ledger.numbering, spoken):
        yield Counted(said.start, said.end, judged, said.premised)
    for start, end, judged in image_orders(block.text, (*earlier, *own)):
        yield Counted(start, end, judged)
    for start, end, judged in tally_claims(block.text, (*earlier, *own)):
        yield Counted(start, end, judged, of_errors=True)
    for start, end, judged in dissent_claims(block.text, own, earlier, ledger.numbering):
        yield Counted(start, end, judged)


def _of_polls(ledger: Ledger, block: PlainBlock) -> Iterator[Counted]:
    about = " ".join(one.text for one in ledger.blocks[max(0, block.number - 3) : block.number])
    told = " ".join(
        one.text
        for one in ledger.blocks[max(0, block.number - BLOCKS_OF_STAGES) : block.number]
        if one.kind != "row"
    )
    before = ledger.poll_before(block.number)
    for at, sentence in block.sentences():
        known = before.total if before is not None else None
        for start, end, judged in (
            *vote_rules(sentence, known),
            *brute_force(sentence, f"{block.heading} {about} {block.text[:at]}"),
            *extreme_votes(sentence, f"{block.heading} {told} {block.text[:at]}", ledger.numbering),
        ):
            yield Counted(at + start, at + end, judged, premised=True)
    own = ledger.polls.get(block.number, ())
    if before is not None:
        until = own[0].start if own else len(block.text)
        for at, sentence in block.sentences():
            if at >= until or WHOLE_SET.search(sentence):
                continue
            for start, end, judged in poll_claims(sentence[: until - at], 0, before, own=False):
                if judged.ruling is not Ruling.REFUTED or not elsewhere(sentence):
                    yield Counted(at + start, at + end, judged)
    for place, poll in enumerate(own):
        until = own[place + 1].start if place + 1 < len(own) else len(block.text)
        for start, end, judged in poll_claims(block.text[:until], poll.end, poll, own=True):
            yield Counted(start, end, judged, premised=True)


def _of_groups(ledger: Ledger, block: PlainBlock) -> Iterator[Counted]:
    found = ledger.groups_at(block.number)
    if found is None:
        return
    told, giver = found
    if not takes_up(ledger.blocks, block.number, giver, of_rates=True):
        return
    begin = told.end if giver == block.number and told.end <= len(block.text) else 0
    for at, sentence in block.sentences():
        if at + len(sentence) <= begin or ledger.of_another_run(sentence, giver, block.number, at):
            continue
        start = max(begin - at, 0)
        for first, last, judged in group_claims(sentence, start, told):
            many = sum(group.count for group in told.groups)
            if judged.ruling is Ruling.REFUTED and (
                _of_others(ledger, block, giver, many, at + last, judged)
                or rate_reckoned(ledger.blocks, block.number, at + first, at + last)
            ):
                continue
            yield Counted(at + first, at + last, judged, premised=begin > at)


def _of_histograms(ledger: Ledger, block: PlainBlock) -> Iterator[Counted]:
    found = ledger.histogram_at(block.number)
    if found is None:
        return
    told, giver = found
    if not takes_up(ledger.blocks, block.number, giver):
        return
    own = giver == block.number
    begin = (
        max((one.end for one in ledger.votes.get(block.number, ())), default=0) if own and told.listed else 0
    )
    previous = ""
    if own and not told.listed and not told.in_sentences:
        begin = max(begin, _where_given(block, told))
    gone = False  # the block has gone on to other images
    for at, sentence in block.sentences():
        if at + len(sentence) > begin and not ledger.of_another_run(sentence, giver, block.number, at):
            for first, last, judged in histogram_claims(sentence, told, given_here=own, previous=previous):
                wrong = judged.ruling is Ruling.REFUTED
                if wrong and (
                    _may_be_accuracy(ledger, block, sentence[max(0, first - 12) : last])
                    or (not own and (elsewhere(sentence) or RENUMBERED.search(sentence)))
                    or gone
                    or _moves_on(sentence[:first], told)
                    or (told.listed and WHOLE_SET.search(sentence))
                    or _of_others(ledger, block, giver, told.total, at + last, judged)
                ):
                    continue
                yield Counted(at + first, at + last, judged)
            gone = gone or _moves_on(sentence, told)
        previous = sentence


def _moves_on(text: str, told: Histogram) -> bool:
    """Whether a text goes on to other images, whose numbers it lists."""
    return lists_others(text, told) and (
        told.listed or OTHER_THINGS.search(text) is not None or WITH_LIST.search(text) is not None
    )


def _of_others(
    ledger: Ledger, block: PlainBlock, giver: int, many: Fraction | int, end: int, judged: Judged
) -> bool:
    """Whether what seems wrong of the counted images is said of others."""
    stated = str((judged.witness or {}).get("stated", ""))
    if giver == block.number:
        return told_of_a_larger_set(ledger.blocks, -1, giver, stated, float(many))
    return (
        new_case(ledger.blocks, giver, block.number)
        or larger_set_between(ledger.blocks, giver, block.number, end, float(many))
        or told_of_a_larger_set(ledger.blocks, giver, block.number, stated, float(many))
    )


def _where_given(block: PlainBlock, told: Histogram) -> int:
    """Where the sentence begins that lists the histogram's counts in their order; else 0."""
    counts = [str(told.bars[depth]) for depth in sorted(told.bars)]
    listed = re.compile(rf"(?<!\d){r'[^0-9.]{1,12}'.join(counts)}(?!\d)")
    return next((at for at, sentence in block.sentences() if counts and listed.search(sentence)), 0)


def _may_be_accuracy(ledger: Ledger, block: PlainBlock, stated: str) -> bool:
    """Whether a percentage that is no share of the images may be said of how many of them are right."""
    return (
        "%" in stated
        and ledger.groups_at(block.number) is not None
        and not re.search(r"\b(?:images|examples|pictures|share|of all|of them|hold|holds)\b", stated)
    )


def decided(claims: Sequence[Counted]) -> list[Counted]:
    """The claims without those that share their place with another one; a wrong one comes before a right one."""
    out: list[Counted] = []
    for one in sorted(claims, key=lambda claim: claim.judged.ruling is not Ruling.REFUTED):
        if one.judged.ruling is not Ruling.UNCHECKED and not any(
            a.start < one.end and one.start < a.end for a in out
        ):
            out.append(one)
    return out


__all__ = ["Counted", "claims_of", "decided"]
