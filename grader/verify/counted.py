"""The counted data that a block speaks of: claims of the ledger, placed in the block, with the mood of their clause."""

from __future__ import annotations

import re
from collections.abc import Sequence

from grader.verify.claim import Ruling
from grader.verify.depth.ledger_claims import claims_of, decided
from grader.verify.passage import Found, Passage, in_mood
from grader.verify.reading.mood import PREMISED, Clause, Mood, clause_at, mood_of_figure

CONTRAST = re.compile(r"\$?,?\s*(?:and |but )?not \$?\d")  # "the depth is 3, not 0"
DENIES = re.compile(
    r"\b(?:not|never|no|neither|nor|nobody|hardly|wrong(?:ly)?|false(?:ly)?|mistaken\w*)\b|n['’]t\b", re.I
)


NEGATES = re.compile(r"\b(?:not|never|neither|nor|nobody|hardly|false(?:ly)?)\b|n['’]t\b", re.I)


def _denied_before(written: str, place: int) -> bool:
    """Whether the sentence denies something before a claim."""
    return DENIES.search(re.split(r"[.!?;]\s", written[:place])[-1]) is not None


def ledger_claims(passage: Passage, pieces: Sequence[Clause]) -> list[Found]:
    """What a block says of depths, votes and groups that have been counted, each with its ruling."""
    plain = passage.ledger.blocks[passage.number]
    out: list[Found] = []
    for one in decided(list(claims_of(passage.ledger, passage.number))):
        begin = (
            one.start + len(plain.text[one.start : one.end]) - len(plain.text[one.start : one.end].lstrip())
        )
        start, end = plain.in_written[begin], plain.in_written[one.end]
        first, last = plain.in_masked[start], plain.in_masked[end]
        clause = clause_at(pieces, first)
        mood = mood_of_figure(clause, first, last) if clause is not None else Mood.ASSERTED
        if one.premised and mood in PREMISED:
            mood = Mood.ASSERTED
        if (
            one.of_errors
            and mood is Mood.DENIED
            and not NEGATES.search(plain.written[:end].rsplit(".", 1)[-1])
        ):
            mood = Mood.ASSERTED
        if (
            mood is Mood.DENIED
            and CONTRAST.match(plain.written, end)
            and not _denied_before(plain.written, start)
        ):
            mood = Mood.ASSERTED
        found = in_mood(Found(first, plain.written[start:end], one.judged, until=last), mood)
        if found.judged.ruling is not Ruling.UNCHECKED or mood is not Mood.ASSERTED:
            out.append(found)
    return out


__all__ = ["ledger_claims"]
