# ruff: noqa: E501 -- a pattern, a table row or a sentence stays on one line
"""Toy examples of the prediction depth: votes of the probes written out, and the depth that the text reads off them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from grader.verify.claim import Judged, Kind, Method, Spanned, refuted, verified

STRICT = re.compile(r"\b[a-z]\s*>\s*L\b")
# words that go on with the sentence behind a list of votes
GOES_ON = r"(?:then|so|the|its|this|that|and|hence|thus|which|with|but|or|we|it|depth|therefore|has|have|gives?|where|for|at|on|in|of|is|are|as)"
VOTE = rf"[\"'‘’“”`]?(?!{GOES_ON}\b)(?:[A-Za-z]{{1,12}}|\d{{1,2}})(?![\w.]*[\d_])[\"'‘’“”`]?"
LISTED = rf"{VOTE}(?:\s*(?:,\s*and|,|→|->|;)\s*{VOTE}){{2,15}}"
SPACED = r"(?:\d|[A-Za-z])(?: (?:\d|[A-Za-z])(?!\w)){3,15}"
TELLS = r"[Pp]redictions?|[Vv]otes?|[Pp]robes|sequences?|answers?|[Oo]utputs?|labels?|classes|say|says|predicts?|vote|give|read|are|were|is|for|with|of|:"
SEQUENCE = re.compile(
    rf"(?<![\w,)])(?:[(\[⟨`]|\\\{{)\s*(?P<inside>{LISTED}|{SPACED})\s*(?:[)\]⟩`]|\\\}})"
    rf"|(?:^\W*|[.:;(]\s+|\b(?:and|if|{TELLS})[:\s]+(?:of\s+)?)(?P<listed>{LISTED})(?![\w(])"
    rf"|(?:^\W*|[.:;(,]\s+|\b(?:and|{TELLS})[:\s]+)(?P<spaced>{SPACED})(?! ?\w(?!\w)|[\w.,]\d)"
    r"|\b(?:[Vv]otes?|[Pp]redictions?|sequence)[:\s]+(?:of\s+)?(?P<joined>[A-E]{3,15})\b"
)
SAYS_DEPTH = re.compile(
    r"(?:(?:\b[Tt]his |\b[Ii]ts |\b[Tt]he |\ban? )?\b(?:prediction )?depth\s*(?:of the \w+ )?(?:of|=|≈|is|was|:|equals|L =)?|\bL\s*=|\bD(?:\(x\))?\s*=|\b(?:[Aa]gree|[Ss]ettled|[Dd]ecided|[Cc]onstant|[Ff]inal)[^.;\d]{0,30}\bfrom (?:layer|probe)|(?P<arrow>→|⇒|->|=>|\bgives?|\bmeans?)|(?P<it>\b[Ii]t(?:['’]s| is| has|:)))\s*(?:then |thus |only |just |exactly |still |also |therefore |depth |a |an )*(?P<depth>\d{1,2})(?![\d.]*\d|\s*(?:[-–/·*+×%,]\s*\d|images|layers|probes|classes|valid|points|neighbou?rs|or (?:more|less)))"
)
ITS_DEPTH = re.compile(
    r"\W*(?:So|Hence|Thus|Then|Therefore|And so)?,?\s?(?:[Ii]ts|[Tt]he|[Tt]his|[Tt]hat image has|[Ii]t has)(?: image['’]s)? (?:an? |the )?(?:prediction )?depth (?:is |of |equals |= ?)?(?:then |thus |therefore |only )?(?P<depth>\d{1,2})(?![\d.]*\d)"
)
REACH = 250
# What may stand between the votes and their depth: not another number that is counted.
BETWEEN = re.compile(
    r"^(?:[^.;\d]|[.;](?=\s)|(?:probes?|layers?|places|points|K_\{?)\s*(?:0|1)\s*(?:to|–|-|\.\.)\s*K?_?\{?\d+\}?|\bk\s*=\s*\d+|\(\d+ probes\)|\b\d+ probes\b|[Kk]_\{?\d+\}?)*$"
)
LONGEST_BETWEEN = 90
# What such a list may be instead of votes.
NO_VOTES = re.compile(
    r"\b(?:sizes?|shapes?|dimensions|images?|kernels?|channels?|tensors?|values?|numbers|seeds|layers|for (?:the )?classes)(?: (?:of|for|are|is|were|reads?)\b)?\s*[:=]?\s*$"
    r"|\b(?:depths?|counts?|histogram|bins?|bars?|epochs?|accurac\w+|channels)\b[^.;\d]{0,30}[:=]?\s*$|\bk\s*=\s*$",
    re.I,
)
SPREAD = re.compile(r"\b(?:mean|average|median|whole|total|largest|greatest|never|not|no)\b|n['’]t\b", re.I)
ZERO_BASED = re.compile(
    r"\bdepth (?:is |of |= ?)?0\b|K_\{?10\}?(?!\d)|\b(?:11|eleven) probes\b|\b(?:layers?|probes?|numbers?|from|index(?:es)?|points?) 0\b|_\{?0\}?(?!\d)|₀|\b0\s?(?:–|-|to|\.\.|,\s?1,\s?2|\(?(?:=\s?)?the input)|\b0 is the input",
    re.I,
)
ELEVEN = 11  # the input and the ten children of ResNet-18, which every text numbers from 0
SPOKEN_OF = re.compile(r"\b(?:depth|probes?|votes?|kNN|prediction)", re.I)


def true_depth(votes: Sequence[str]) -> int:
    """The least L, from 0, so that all votes from L on are the last one.

    >>> true_depth("ABAA")
    2
    """
    last = votes[-1]
    return next(start for start in range(len(votes)) if all(vote == last for vote in votes[start:]))


def depth_claims(sentence: str, about: str) -> Iterator[Spanned]:
    """(start, end, ruling) of each depth that a sentence reads off votes that it lists, in any wording.

    >>> told = "For (1, 2, 2) the depth is 2; the probes A B A A A have depth 2. Layer 0 is the input."
    >>> [judged.ruling.value for _, _, judged in depth_claims(told, "")]
    ['refuted', 'verified']
    """
    if not SPOKEN_OF.search(f"{about[-600:]} {sentence}"):
        return
    found = [one for one in SEQUENCE.finditer(sentence) if _is_votes(one, sentence)]
    later = ITS_DEPTH.match(sentence) if not found else None
    if later is not None:
        yield from _of_the_last(later, about)
    for number, one in enumerate(found):
        until = found[number + 1].start() if number + 1 < len(found) else len(sentence)
        said = SAYS_DEPTH.search(sentence, one.end(), until)
        if said is None:
            continue
        between = sentence[one.end() : said.start()]
        spoken = re.search(r"\bdepth|\bL\s*=|\bD\(", sentence[: said.end()]) or "from" in said.group()
        if (
            len(between) > LONGEST_BETWEEN
            or not BETWEEN.match(between)
            or SPREAD.search(between)
            or not spoken
        ):
            continue
        votes = _votes(one)
        judged = _judged(votes, int(said.group("depth")), f"{about} {sentence}", len(votes) == ELEVEN)
        if judged is not None:
            yield _start(one), said.end(), judged


def _of_the_last(said: re.Match[str], about: str) -> Iterator[Spanned]:
    """`The votes are A, B, B. So its depth is 1.`"""
    told = about[-REACH:]
    listed = [one for one in SEQUENCE.finditer(told) if _is_votes(one, told)]
    if not listed or not re.fullmatch(r"[^\d.]{0,40}\.?\s*", told[listed[-1].end() :]):
        return
    votes = _votes(listed[-1])
    judged = _judged(votes, int(said.group("depth")), f"{about} {said.string}", len(votes) == ELEVEN)
    if judged is not None:
        yield said.start(), said.end(), judged


def _votes(found: re.Match[str]) -> list[str]:
    body = next(filter(None, found.groups()))
    if found.group("joined"):
        return list(body)
    pieces = re.split(r"\s*(?:,\s*and\b|,|→|->|;)\s*", body) if re.search(r"[,→;]|->", body) else body.split()
    return [piece.strip("\"'‘’“”` ") for piece in pieces]


def _start(found: re.Match[str]) -> int:
    return next(found.start(name) for name, body in found.groupdict().items() if body)


def _is_votes(found: re.Match[str], sentence: str) -> bool:
    votes, before = _votes(found), sentence[: _start(found)]
    if re.match(r"\s*(?:,\s*)?(?:…|\.\.\.)", sentence[found.end() :]) or NO_VOTES.search(before):
        return False
    numbers = [int(vote) for vote in votes if vote.isdigit()]
    if len(numbers) not in {0, len(votes)} or numbers == sorted(set(numbers)):
        # words among numbers; numbers that only rise count something
        return not numbers and (len(set(votes)) < len(votes) or bool(found.group("inside")))
    return True


def _judged(votes: Sequence[str], said: int, around: str, eleven: bool) -> Judged | None:
    """A depth that is one more may count the layers from 1, one that is one less may be the paper's L with m > L."""
    true = true_depth(votes)
    says = f"from layer {true} on every vote is {votes[-1]}"
    if said == true:
        return verified(Kind.ARITHMETIC, says, Method.COUNT)
    if said == true - 1 and STRICT.search(around):
        return None
    if said == true + 1 and not eleven and not ZERO_BASED.search(around):
        return None
    says = f"{says}, and not before: the depth is {true}"
    witness = {"votes": ", ".join(votes), "depth": true, "stated": said}
    return refuted(Kind.ARITHMETIC, says, Method.COUNT, witness)


__all__ = ["STRICT", "depth_claims", "true_depth"]
