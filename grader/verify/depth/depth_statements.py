"""The depth of an image that a text states, held against the votes that it gives: listed, in a table, or told in words.

The depth is the least layer from which on every probe agrees with the final prediction (Baldock et al. 2021). A stated
depth belongs to the votes before it in its paragraph, to those right behind it (`the depth of A, B, B is 1`), or to the
image that it names.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from grader.verify.claim import Judged
from grader.verify.depth.changed_votes import changed_votes
from grader.verify.depth.said_depths import (
    CONDITION,
    HEDGED,
    WORD,
    Numbering,
    Said,
    judged_depth,
    said_depths,
)
from grader.verify.depth.votes import FINAL, RANGE, STRICT, Votes

REACH = 260
BESIDE = 12  # "(2, 7, 7): depth 1" is one claim
ITS_OWN = re.compile(r"\b(?:its|this|that|the|it|so|hence|thus|then|gives?|have|has|→|⇒)\b|→|⇒|=>|^", re.I)


def depth_claims(
    text: str, own: Sequence[Votes], earlier: Sequence[Votes], numbering: Numbering, spoken: bool
) -> Iterator[tuple[Said, Judged]]:
    """Each depth that a block states, with its ruling.

    `own` are the votes that the block gives, `earlier` those of the blocks right before it, and `spoken` says whether
    these speak of depths, so that `it is 4` may be one.
    """
    last_end = 0
    taken: set[Votes] = set()
    every = said_depths(text, own)
    for number, said in enumerate(every):
        if (
            not said.plain
            and not said.settled
            and not (spoken or re.search(rf"\b{WORD}\b", text[: said.start], re.I))
        ):
            continue
        following = every[number + 1].start if number + 1 < len(every) else len(text)
        sentence = _sentence(text, said.start)
        changed = changed_votes(sentence, said.start, text, own, earlier)
        if changed is not None:
            judged = judged_depth(changed, said, numbering)
            if judged is not None:
                yield replace(said, premised=True), judged
            continue
        votes = _votes_of(text, said, own, earlier, last_end, following)
        if votes is None or votes in taken:
            continue
        behind = re.match(r"[^.,;]{0,30}(?!\w)", text[said.end : sentence[1]])
        clause = text[
            max(sentence[0], votes.end if votes in own and votes.end <= said.start else 0) : said.end
        ] + (behind.group() if behind is not None else "")
        if HEDGED.search(clause) or (STRICT.search(text[sentence[0] : sentence[1]]) and numbering.strict):
            continue
        if CONDITION.search(text[max(sentence[0], said.start - 60) : said.end]) and not _premise(
            text, sentence, votes, own, said
        ):
            continue
        if (
            said.bare
            and (votes not in own or said.start - votes.end > 3 * BESIDE)
            and votes.name not in set(re.findall(r"\w+", text[sentence[0] : said.start]))
        ):
            continue  # "depth 0 holds 40 %" speaks of all images of this depth
        judged = judged_depth(
            votes, said, numbering, text[max(sentence[0], said.start - 80) : min(sentence[1], said.end + 40)]
        )
        if judged is None:
            continue
        taken.add(votes)
        last_end = said.end
        premised = _premise(text, sentence, votes, own, said)
        beside = votes in own and votes.listed and 0 <= said.start - votes.end <= BESIDE
        yield replace(said, start=votes.start if beside else said.start, premised=premised), judged


def _sentence(text: str, at: int) -> tuple[int, int]:
    start = max(
        (cut.end() for cut in re.finditer(r"[.!?;]\s+(?=[\"“(]?[A-Z(\[`]|if\b)|;\s+", text[:at])), default=0
    )
    end = re.search(r"[.!?](?=\s+[\"“(]?[A-Z(\[`]|\s*$)|;\s", text[at:])
    return start, at + end.end() if end is not None else len(text)


def _premise(text: str, sentence: tuple[int, int], votes: Votes, own: Sequence[Votes], said: Said) -> bool:
    """Whether the sentence supposes the very votes by which the depth is decided."""
    return (
        votes in own
        and sentence[0] <= votes.start <= said.end
        and bool(
            re.match(
                r"\W*(?:(?:for|in) [^,]{1,30}, )?(?:if|when|suppose|assume|let|say|take)\b",
                text[sentence[0] : sentence[1]],
                re.I,
            )
        )
    )


BEHIND = re.compile(
    r"\s*(?:\)|,)?\s*(?:for|of|belongs to|has|with|in|is that of|as in|e\.g\.|:)[^.;\d]{0,40}?[(\[`]?\s*$",
    re.I,
)


ARGUMENT = re.compile(r"\((?P<name>[A-Za-z]_?\d{1,3})\)")  # "depth(x2) = 1" names its image


def _votes_of(
    text: str, said: Said, own: Sequence[Votes], earlier: Sequence[Votes], last_end: int, following: int
) -> Votes | None:
    argument = ARGUMENT.search(text[said.start : said.end])
    if argument is not None:
        name = argument.group("name").replace("_", "")
        return next((one for one in (*own, *earlier) if one.name.replace("_", "") == name), None)
    behind = next((one for one in own if one.start >= said.end), None)
    inside = [one for one in own if last_end <= one.start and one.end <= said.start]
    if (
        behind is not None
        and behind.start < following
        and behind.listed
        and not (inside and inside[-1].end > last_end)
        and BEHIND.fullmatch(text[said.end : behind.start])
    ):
        return behind
    named = _named(text, said, (*own, *earlier))
    if named is not None:
        return named
    if any(said.start <= one.start < said.end for one in own):
        return next(one for one in own if said.start <= one.start < said.end)
    if inside:
        nearest = inside[-1]
        between = text[nearest.end : said.start]
        return nearest if _joined(between, nearest) else None
    before = [one for one in own if one.end <= said.start]
    if before or not earlier or said.start > REACH or _names_another(text, said):
        return None
    if LIST_UNREAD.search(text[: said.start]) or len({one.name for one in earlier}) > 1:
        return None  # "for layers cat, dog, dog, dog it is 1": of a list that could not be read as votes
    return (
        earlier[-1]
        if ITS_OWN.search(text[: said.start + 6]) and _joined(text[: said.start], earlier[-1])
        else None
    )


LISTED_BETWEEN = re.compile(r"\d{1,3}(?:\s*,\s*\d{1,3}){2}|\d(?: \d){3}")
LIST_UNREAD = re.compile(r"(?<![\w-])\w+\s*,\s*\w+\s*,\s*(?:and\s+)?\w+|(?:→|->|⇒)[^.;]{1,20}(?:→|->|⇒)")
KNOWN = re.compile(
    rf"{FINAL.pattern}|{RANGE.pattern.replace('?P<first>', '').replace('?P<last>', '')}|\bk\s*=\s*\d+|\b\d+ probes\b"
)
NUMBERS = re.compile(r"(?<![\d.,])\d+(?:[.,]\d+)*")


def _joined(between: str, votes: Votes) -> bool:
    """Whether nothing else that is counted stands between votes and what is said of them.

    Numbers of probes and classes of the list may: `the 5 at probe 2 does not count`.
    """
    if len(between) > REACH or LISTED_BETWEEN.search(between):
        return False
    rest = KNOWN.sub(" ", between)
    allowed = {str(number) for number in range(len(votes.answers) + 1)} | {str(one) for one in votes.answers}
    if any(number not in allowed for number in NUMBERS.findall(rest)):
        return False
    return not re.search(
        r"\b(?:mean|average|median|histograms?|largest|accuracy|images\b(?! \w)|per cent|times)\b|[?%]",
        between,
        re.I,
    )


NAMED_A = re.compile(r"\s*(?::|=|—|–|→|\(|['’]s\b|(?:has|had|gets|is) depth\b)")  # else it is the article


def _named(text: str, said: Said, votes: Sequence[Votes]) -> Votes | None:
    """The votes of the image that the sentence names: `image B has depth 4`, `- A: depth 0`."""
    sentence = _sentence(text, said.start)
    names = {one.name: one for one in votes if one.name}
    best: tuple[int, Votes] | None = None
    around = text[sentence[0] : said.end + 30]
    for name, one in names.items():
        for found in re.finditer(rf"(?<![\w']){re.escape(name)}(?![\w'])", around):
            at = sentence[0] + found.start()
            labelled = (
                bool(
                    re.search(
                        r"\b(?:image|picture|example|photo|row|case|sample|for|of|the|number|no\.)\s+\W*$",
                        around[: found.start()],
                        re.I,
                    )
                )
                or re.match(r"\W*(?::|has|had|gets|is|depth|—|–|→|['’]s|\()", around[found.end() :])
                is not None
                or not around[: found.start()].strip(" -*(")
            )
            if not labelled or (name == "a" and not NAMED_A.match(around[found.end() :])):
                continue
            if at < said.end or re.match(r"\s*(?:for|of|\()\s", text[said.end : at + 1]):
                nearer = at if at < said.end else said.start - (at - said.end)
                if best is None or nearer > best[0]:
                    best = nearer, one
    return best[1] if best is not None else None


NAMES_ONE = re.compile(
    r"\b(?:[Ii]mage|[Pp]icture|[Ee]xample|[Pp]hoto|[Cc]ase|[Ss]ample)\s+(?:[A-Za-z]\b(?!\s+(?:few|lot|little)\b)|\d+)|^\W*(?![AQ]\s*:)[A-Za-z]\d{0,2}\s*:"
)


def _names_another(text: str, said: Said) -> bool:
    return bool(NAMES_ONE.search(text[: said.end + 20]))


__all__ = ["depth_claims"]
