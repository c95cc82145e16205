"""What a block states of the document's worked examples, of attention and of embeddings, in the mood of its clause."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from grader.verify import supposed
from grader.verify.claim import Kind, Ruling
from grader.verify.passage import Found, Passage, end_of, in_mood, mood_of_found, offset_of_sentence
from grader.verify.reading.mood import PREMISED, Clause, Mood, clause_at, mood_of, mood_of_figure
from grader.verify.triplets.worked_examples import Ruled

# what is said with "if" and "would" of an example is computed from what the example gives
CONTRAST = re.compile(r"\$?\s*,?\s*(?:and |but )?not \$?\d")  # "1760 negatives, not 1799"
# a false accept is a kind of decision and denies nothing
FALSE_ACCEPTS = re.compile(
    r"\bfalse[- ](?:accept\w*|alarms?|positives?|negatives?|match\w*|rejects?|rejections?)\b", re.I
)


def attention_claims(passage: Passage, pieces: Sequence[Clause]) -> list[Found]:
    """The block's claims about worked examples of attention."""
    return [_in_its_clause(item, pieces) for item in passage.worked]


def _in_its_clause(item: Found, pieces: Sequence[Clause]) -> Found:
    """A claim of a worked example in the mood of its clause; what follows from its own premise is asserted."""
    clause = clause_at(pieces, item.offset)
    if clause is None:
        return item
    mood = mood_of_found(clause, item)
    start = offset_of_sentence(clause)
    begins = supposed.consequence(clause.sentence)
    follows = mood is Mood.SUPPOSED and begins is not None and start + begins <= item.offset
    if follows or (mood is Mood.DENIED and item.judged.kind is Kind.FACT):
        mood = Mood.ASSERTED  # "exp(80) does not overflow" is read with its own denial
    return in_mood(item, mood)


def decided_by(item: Found, worked: Sequence[Found], masked: str) -> bool:
    """Whether a worked example has the numbers of a claim: what it says of them counts."""
    until = end_of(item, masked)
    return item.judged.kind is Kind.ARITHMETIC and any(
        one.offset < until and item.offset < end_of(one, masked) and _shares(item.text, one.text)
        for one in worked
    )


def _shares(mine: str, other: str) -> bool:
    a, b = mine.strip(" $.,"), other.strip(" $.,")
    return a in b or b in a


def example_claims(passage: Passage, pieces: Sequence[Clause]) -> Iterator[Found]:
    """The block's claims about worked examples of embeddings."""
    for ruled in passage.examples:
        clause = clause_at(pieces, ruled.start)
        mood = mood_of_figure(clause, ruled.start, ruled.end) if clause is not None else Mood.ASSERTED
        if mood is Mood.DENIED and clause is not None and FALSE_ACCEPTS.search(clause.text):
            told = [FALSE_ACCEPTS.sub(" ", text) for text in (clause.text, clause.sentence)]
            mood = mood_of(told[0], told[1], "", passage.heading, passage.block)
        if mood is Mood.DENIED and CONTRAST.match(passage.text.spelled(passage.block.text[ruled.end :])):
            mood = Mood.ASSERTED
        if mood is Mood.DENIED and ruled.judged.kind is Kind.FACT and _own_denial(clause, ruled):
            mood = Mood.ASSERTED
        if mood in PREMISED and clause is not None and not supposed.HEDGED.search(clause.sentence):
            mood = Mood.ASSERTED
        yield in_mood(Found(ruled.start, ruled.text, ruled.judged, ruled.line, ruled.end), mood)


OWN_DENIAL = re.compile(r"\b(?:never|no|not|none|cannot|nothing)\b|n['’]t\b", re.I)


def _own_denial(clause: Clause | None, ruled: Ruled) -> bool:
    """Whether the only denial of a clause stands in the words of a fact itself: `a lone image is never an anchor`."""
    if clause is None:
        return False
    own = len(OWN_DENIAL.findall(ruled.text))
    return own > 0 and len(OWN_DENIAL.findall(clause.sentence)) == own


def without_givens(passage: Passage, found: Sequence[Found]) -> list[Found]:
    """The claims of a block without those that call wrong what an example sets, or what has been computed from it."""
    own = {id(one.judged) for one in passage.examples}
    open_there = [one for one in passage.examples if one.judged.ruling is Ruling.UNCHECKED]
    found = [
        replace(item, judged=one.judged)
        if item.judged.kind is Kind.ARITHMETIC
        and item.judged.ruling is Ruling.VERIFIED
        and id(item.judged) not in own
        and (one := _around(item, open_there, passage.block.text)) is not None
        else item
        for item in found
    ]
    settled = [one.text for one in passage.examples if one.judged.ruling is Ruling.VERIFIED]
    return [
        item
        for item in found
        if item.judged.ruling is not Ruling.REFUTED
        or id(item.judged) in own
        or not (_sets(passage, item) or _covered(item.text, settled))
    ]


def _around(item: Found, rulings: Sequence[Ruled], masked: str) -> Ruled | None:
    """What a worked example leaves open of a claim's very words: that its arithmetic is right does not settle it."""
    until = end_of(item, masked)
    return next((one for one in rulings if one.start <= item.offset and until <= one.end), None)


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
    if any(wanted in one for one in settled):
        return True  # "loss $4 - 9 + 3 = 0$" has been clipped at zero
    covered: set[int] = set()
    for one in settled:
        piece = one.strip("$ ")
        at = wanted.find(piece) if piece else -1
        if at >= 0:
            covered |= set(range(at, at + len(piece)))
    return len(covered) == len(wanted) > 0


__all__ = ["example_claims", "without_givens"]
