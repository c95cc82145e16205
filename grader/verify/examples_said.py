"""What a block states of the document's worked examples of embeddings and triplets."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from grader.verify.claim import Ruling
from grader.verify.passage import Found, Passage, end_of, in_mood
from grader.verify.reading.mood import Clause, Mood, clause_at, mood_of, mood_of_figure
from grader.verify.supposed import HEDGED

# what is said with "if" and "would" of an example is computed from what the example gives
CONTRAST = re.compile(r"\$?\s*,?\s*(?:and |but )?not \$?\d")  # "1760 negatives, not 1799"
# a false accept is a kind of decision and denies nothing
FALSE_ACCEPTS = re.compile(
    r"\bfalse[- ](?:accept\w*|alarms?|positives?|negatives?|match\w*|rejects?|rejections?)\b", re.I
)
PREMISED = frozenset({Mood.SUPPOSED, Mood.CONDITIONAL})


def example_claims(passage: Passage, pieces: Sequence[Clause]) -> Iterator[Found]:
    """The block's claims about worked examples."""
    for ruled in passage.examples:
        clause = clause_at(pieces, ruled.start)
        mood = mood_of_figure(clause, ruled.start, ruled.end) if clause is not None else Mood.ASSERTED
        if mood is Mood.DENIED and clause is not None and FALSE_ACCEPTS.search(clause.text):
            told = [FALSE_ACCEPTS.sub(" ", text) for text in (clause.text, clause.sentence)]
            mood = mood_of(told[0], told[1], "", passage.heading, passage.block)
        if mood is Mood.DENIED and CONTRAST.match(passage.text.spelled(passage.block.text[ruled.end :])):
            mood = Mood.ASSERTED
        if mood in PREMISED and clause is not None and not HEDGED.search(clause.sentence):
            mood = Mood.ASSERTED
        yield in_mood(Found(ruled.start, ruled.text, ruled.judged, ruled.line, ruled.end), mood)


def without_givens(passage: Passage, found: Sequence[Found]) -> list[Found]:
    """The claims of a block without those that call wrong what an example sets, or what has been computed from it."""
    own = {id(one.judged) for one in passage.examples}
    settled = [one.text for one in passage.examples if one.judged.ruling is Ruling.VERIFIED]
    return [
        item
        for item in found
        if item.judged.ruling is not Ruling.REFUTED
        or id(item.judged) in own
        or not (_sets(passage, item) or _covered(item.text, settled))
    ]


def _sets(passage: Passage, item: Found) -> bool:
    """Whether a claim is one of the settings of an example."""
    until = end_of(item, passage.block.text)
    return any(start <= item.offset and until <= max(end, start + 1) for start, end in passage.givens)


def _covered(text: str, settled: Sequence[str]) -> bool:
    """Whether all of a claim is made of claims that are verified.

    >>> _covered("d(1,2) = d(3,4) = 0.4", ["d(1,2) = d(3,4)", "d(3,4) = 0.4"])
    True
    """
    wanted = text.strip("$ ")
    covered: set[int] = set()
    for one in settled:
        piece = one.strip("$ ")
        at = wanted.find(piece) if piece else -1
        if at >= 0:
            covered |= set(range(at, at + len(piece)))
    return len(covered) == len(wanted) > 0


__all__ = ["example_claims", "without_givens"]
