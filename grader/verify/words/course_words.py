# ruff: noqa: E501 -- a pattern stays on one line
"""The course's statements in words: what is said of which subject, with its negation, its swapped form and its ellipses.

A topic (`course_topics`) lists subjects of which its predicate holds and of which it does not. A sentence is read as
subject, negation, predicate: `the key factor does not cancel`, `..., so it cancels`, `..., and so does the key factor`.
What stands between them must be read: a condition, a contrast or another subject there leaves the sentence unjudged.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from grader.verify.claim import Judged, Spanned, refuted, verified
from grader.verify.words.course_topics import TOPICS, Subject, Topic

NEGATION = re.compile(r"\b(?:not|never|no longer|cannot|hardly|neither|nor)\b|n['’]t\b", re.I)
# what makes a sentence speak of a case, a belief or a comparison
OTHERWISE = re.compile(
    r"\b(?:if|unless|would|could|might|may(?! (?:be )?(?:drop|pull|omit|ignore|leave|take|left|cancel))|seems?|suppose|imagine|think|thinks|thought|says?|said|claims?|believes?|whether|than|unlike|instead|except|only when|as long as|approximately|nearly|almost|asymptotically|less|more and more|one might|tempting|wrong|mistake|false)\b",
    re.I,
)
# a conjunction that begins with a subject of its own
NEW_SUBJECT = re.compile(
    r"(?:\b(?:and|but|so|while|whereas|then|because|since|as|where|hence)|,)\s+(?:also\s+)?(?:the|a|an|its|their|our|each|every|all|both|we|one|there|no)\b",
    re.I,
)
PRONOUN = re.compile(r"\b(?:it|they|this|which|these)\b", re.I)
SEGMENT = re.compile(r"[,;:(]|\b(?:and|so|but|it|they|which|that|hence|therefore|thus)\b", re.I)
PREMISE = re.compile(r"\b(?:since|because|as|given that)\s+(?:(?:all|every|each|the|both|our)\s+)?$", re.I)
# "the gradient of the last output", "the outputs of the second layer" are other things
OF_ANOTHER = re.compile(
    r"\b(?:gradients?|derivatives?|norms?|variances?|lengths?|sizes?|logarithms?|logs?|entropy|errors?|ranks?|costs?|shapes?|networks?|layers?)\s+(?:of|with)\s+(?:the |an? |each |every )*$",
    re.I,
)
MODIFIED = re.compile(r"\s+(?:of|from)\s", re.I)
LONGEST_GAP = 100
LONGEST_BEFORE = 1500
ELLIPSIS = re.compile(
    r"\s*(?:(?:[^,.;:]{0,60}?)(?:,|\s)\s*)?(?:(?:and\s+|just\s+)?(?P<so>so|likewise|as)\s+(?:do|does|is|are|will|has|have)|(?:and\s+)?(?P<nor>neither|nor)\s+(?:do|does|is|are))\s+(?:the\s+|that\s+of\s+the\s+|an?\s+)?",
    re.I,
)
CONTRAST = re.compile(
    r"\s*(?:[^,.;:]{0,40}?)?,?\s*(?:(?:but|and|whereas|while)\s+)?(?P<not>not\s+)?(?:for\s+|of\s+|that\s+of\s+)?(?:the\s+)?",
    re.I,
)
DOES_NOT = re.compile(r"\s*(?:\$)?\s*(?:does|do|is|are)(?:\s+not|n['’]t)(?=\s*(?:[.,;:)]|$))", re.I)


@dataclass(frozen=True)
class _Read:
    """A predicate said of a subject: where, and whether the words say that it holds."""

    start: int
    end: int
    subject: Subject
    says_yes: bool


def course_statements(sentence: str, before: str) -> Iterator[Spanned]:
    """(start, end, ruling) of each such statement.

    >>> told = "Each probe is a linear classifier."
    >>> [judged.ruling.value for _, _, judged in course_statements(told, "Prediction depth.")]
    ['refuted']
    """
    around = f"{before[-LONGEST_BEFORE:]} {sentence}"
    for topic in TOPICS:
        # the sentence is short and what stands around it is long: it is asked first
        if (
            not topic.subject.search(sentence)
            or not topic.needs.search(sentence)
            or topic.unless.search(sentence)
            or not topic.scope.search(around)
        ):
            continue
        for read in _readings(sentence, topic):
            if PREMISE.search(sentence[: read.start]) and read.says_yes == read.subject.holds:
                continue  # "since they lie on the sphere, ..." argues for what follows
            yield read.start, read.end, _ruling(read, topic, sentence)


def _ruling(read: _Read, topic: Topic, sentence: str) -> Judged:
    says = read.subject.says
    if read.says_yes == read.subject.holds:
        return verified(topic.kind, says, topic.method)
    witness = {**read.subject.witness, "stated": " ".join(sentence[read.start : read.end].split())}
    return refuted(topic.kind, says, topic.method, witness)


def _readings(sentence: str, topic: Topic) -> Iterator[_Read]:
    named = [(found, topic.subject_of(found)) for found in topic.subject.finditer(sentence)]
    if not named:
        return
    for predicate in topic.predicate.finditer(sentence):
        owner = _owner(sentence, predicate, named)
        if owner is None:
            continue
        found, subject = owner
        gap = sentence[found.end() : predicate.start()]
        yes = predicate.group("yes") is not None
        read = _Read(found.start(), predicate.end(), subject, yes != _negated(SEGMENT.split(gap)[-1]))
        yield read
        yield from _elliptic(sentence, read, topic)


def _start_of(sentence: str, place: int) -> int:
    """Where the words before a place begin: after the last comma or conjunction."""
    cuts = [
        0,
        *(
            cut.end()
            for cut in re.finditer(r"[,;:]\s|\b(?:and|but|so|because|since|hence|that)\s", sentence[:place])
        ),
    ]
    begin = cuts[-1]
    return begin + len(sentence[begin:place]) - len(sentence[begin:place].lstrip())


def _negated(words: str) -> bool:
    return len(NEGATION.findall(words)) % 2 == 1


def _owner(
    sentence: str, predicate: re.Match[str], named: list[tuple[re.Match[str], Subject]]
) -> tuple[re.Match[str], Subject] | None:
    """The subject before a predicate, if everything between them is read."""
    before = [one for one in named if one[0].end() <= predicate.start()]
    if not before:
        return None
    found, subject = before[-1]
    gap = sentence[found.end() : predicate.start()]
    if OF_ANOTHER.search(sentence[: found.start()]) or MODIFIED.match(gap):
        return None
    if len(gap) > LONGEST_GAP or re.search(r"[;!?]|\.\s", gap) or OTHERWISE.search(gap):
        return None
    if OTHERWISE.search(sentence[_start_of(sentence, found.start()) : found.start()]):
        return None
    pronoun = PRONOUN.search(gap)
    if pronoun is not None and len({id(one) for _, one in before}) > 1:
        return None
    return None if NEW_SUBJECT.search(gap) else (found, subject)


def _elliptic(sentence: str, read: _Read, topic: Topic) -> Iterator[_Read]:
    """`..., and so does the key factor`, `..., but the key factor does not`, `..., but not the key factor`."""
    more = ELLIPSIS.match(sentence, read.end)
    if more is not None:
        found = topic.subject.match(sentence, more.end())
        if found is not None:
            says = read.says_yes if more.group("so") else False
            yield _Read(
                more.start("so") if more.group("so") else more.start("nor"),
                found.end(),
                topic.subject_of(found),
                says,
            )
        return
    more = CONTRAST.match(sentence, read.end)
    found = topic.subject.search(sentence, read.end)
    if more is None or found is None or CONTRAST.fullmatch(sentence, read.end, found.start()) is None:
        return
    denied = DOES_NOT.match(sentence, found.end())
    told_not = re.search(
        r"\bnot\s+(?:for\s+|of\s+|that of\s+)?(?:the\s+)?$", sentence[read.end : found.start()]
    )
    if denied or (told_not and re.match(r"\s*(?:[.,;:)]|$)", sentence[found.end() :])):
        yield _Read(
            found.start(), denied.end() if denied else found.end(), topic.subject_of(found), not read.says_yes
        )


__all__ = ["course_statements"]
