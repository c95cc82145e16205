# ruff: noqa: E501 -- a pattern, a table row or a sentence stays on one line
"""Toy examples of the prediction depth: votes of the probes written out, and the depth that the text reads off them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from grader.verify.claim import Judged, Kind, Method, refuted, verified

# words that go on with the sentence behind a list of votes
NO_VOTE = r"(?!(?:then|so|the|its|and|hence|thus|which|with|but|or|we|it|depth|therefore|has|have|gives?)\b)"
VOTE = rf"{NO_VOTE}(?:[A-Z]|[a-z]{{1,12}}|\d)(?![A-Za-z\d])"
SEQUENCE = (
    rf"(?P<votes>{VOTE}(?:\s*,\s*{VOTE}){{2,14}}|\b[A-D]{{3,15}}\b|{VOTE}(?:\s*(?:→|->)\s*{VOTE}){{2,14}})"
)
DEPTH = re.compile(
    rf"\b(?:votes?|predictions?|sequence|labels?|classes)\s*:?\s+(?:of\s+)?[(\[]?{SEQUENCE}[)\]]?(?P<layers>[^.;:]{{0,40}}?)\s*(?:gives?|have|has|means|→|⇒|=>|:|is|are|with|would have)\s+(?:a |the )?(?:prediction )?depth\s*(?:of|=|is|:)?\s*(?P<depth>\d+)",
)
AGREE = re.compile(
    rf"\b[Vv]otes?\s*:?\s+{SEQUENCE}(?P<layers>[^;]{{0,40}}?)[:,;.]?\s[^.;]{{0,60}}\bfrom (?:layer|probe) (?P<depth>\d+) on",
)

SPREAD = re.compile(r"\b(?:mean|average|median|whole|total|largest|greatest)\b", re.I)
STRICT = re.compile(r"\b[a-z]\s*>\s*L\b")


def true_depth(votes: Sequence[str]) -> int:
    """The least L, from 0, so that all votes from L on are the last one.

    >>> true_depth("ABAA")
    2
    """
    last = votes[-1]
    return next(start for start in range(len(votes)) if all(vote == last for vote in votes[start:]))


def depth_examples(text: str, about: str) -> Iterator[tuple[int, int, Judged]]:
    """`votes A, B, A, A give depth 2`: counted. A depth that is one more may count the layers from 1."""
    if not re.search(r"depth|probe|layer", about + text, re.I):
        return
    for pattern in (DEPTH, AGREE):
        for found in pattern.finditer(text):
            if SPREAD.search(found.group("layers")):
                continue
            body = found.group("votes")
            votes = re.split(r"\s*(?:,|→|->)\s*", body) if re.search(r"[,→>]", body) else list(body)
            true, said = true_depth(votes), int(found.group("depth"))
            if said == true:
                says = f"from layer {true} on every vote is {votes[-1]}"
                yield found.start(), found.end(), verified(Kind.ARITHMETIC, says, Method.COUNT)
            elif said != true + 1 and not (said == true - 1 and STRICT.search(about)):
                says = f"from layer {true} on every vote is {votes[-1]}, and not before: the depth is {true}"
                yield (
                    found.start(),
                    found.end(),
                    refuted(
                        Kind.ARITHMETIC, says, Method.COUNT, {"votes": body, "depth": true, "stated": said}
                    ),
                )


# -- lists anywhere in a sentence ----------------------------------------------------------------------------------

ITEM = rf"[\"'‘’“”]?{NO_VOTE}(?:[A-Za-z]{{1,12}}|\d{{1,3}})[\"'‘’“”]?"
LIST = rf"{ITEM}(?:\s*,\s*{ITEM}){{2,15}}"
LISTED = re.compile(
    rf"(?<![\w,)])(?:[(\[⟨`]|\\\{{)\s*(?P<inside>{LIST})\s*(?:[)\]⟩`]|\\\}})"
    rf"|\b(?:predictions?|votes?|sequence|answers?)(?: are|:)? (?P<named>{LIST})(?![\w,])"
    rf"|(?:^\W*|[.:;]\s+|\b(?:say|says|predict|output|answer|vote|read|are) )(?P<open>{LIST})(?=\s*(?:[–—-]|,\s*(?:then|so|the|its)|->|→|⇒|gives?|has|have))"
    rf"|\b(?:with|for) (?P<bare>(?:[A-Z]|\d)(?:\s*,\s*(?:[A-Z]|\d)){{2,15}})(?![\w,])"
)
SAYS_DEPTH = re.compile(
    r"^(?P<layers>(?:\s*\([^()]{1,40}\)| (?:at|on|for|in|over) (?:the )?(?:layers?|probes?|places) [^.;,]{1,20}?)?),?\s*(?:(?:gives?|have|has|means|yields?|are|is|with|then|:|→|⇒|–|—)\s+)?(?:an? |the )?(?:\b(?:prediction )?depth\s*(?:of|=|is|:|equals)?|(?P<it>\bit(?:['’]s| is|: ))|(?P<arrow>→|⇒|\bgives?))\s*(?:then |only |just |exactly )?(?P<depth>\d{1,2})(?![\d.]*\d|\s*(?:[-–/·*+×%]|images|layers|probes|classes|valid))"
)
# What such a list may be instead of votes.
NO_VOTES = re.compile(
    r"\b(?:sizes?|shapes?|dimensions|classes|images?|layers?|kernels?|channels?|tensors?|values?|numbers|seeds|depths?)(?: of)?\s*[:=]?\s*$",
    re.I,
)
ZERO_BASED = re.compile(
    r"\bdepth (?:is |of |= ?)?0\b|K_\{?10\}?(?!\d)|\b(?:11|eleven) probes\b|\b(?:layers?|probes?|numbers?|from|index(?:es)?) 0\b|_\{?0\}?(?!\d)|₀|\b0\s?(?:–|-|to|,\s?1,\s?2|\(?the input)|\b0 is the input",
    re.I,
)


def listed_depths(sentence: str, about: str) -> Iterator[tuple[int, int, Judged]]:
    """`for (1, 2, 2) the depth is 1`, with the list in brackets, in quotes or bare.

    >>> [judged.says for _, _, judged in listed_depths("For (1, 2, 2) the depth is 2; layer 0 is the input", "")]
    ['from layer 1 on every vote is 2, and not before: the depth is 1']
    """
    if not re.search(r"\bdepth", sentence, re.I):
        return
    found = list(LISTED.finditer(sentence))
    for number, one in enumerate(found):
        until = found[number + 1].start() if number + 1 < len(found) else len(sentence)
        said = SAYS_DEPTH.match(sentence[one.end() : until])
        if said is None or NO_VOTES.search(sentence[: one.start()]):
            continue
        if (said.group("it") or said.group("arrow")) and not re.search(
            r"\bdepth", sentence[: one.end() + said.start("depth")], re.I
        ):
            continue
        body = next(filter(None, one.groups()))
        votes = [vote.strip("\"'‘’“” ") for vote in body.split(",")]
        true, depth = true_depth(votes), int(said.group("depth"))
        start, end = one.start(), one.end() + said.end()
        if depth == true:
            yield start, end, verified(Kind.ARITHMETIC, f"from layer {true} on every vote is {votes[-1]}", Method.COUNT)  # fmt: skip
        elif STRICT.search(f"{about} {sentence}") and depth == true - 1:
            continue
        elif depth == true + 1 and not ZERO_BASED.search(f"{about} {sentence}"):
            continue  # the layers may be counted from 1
        else:
            says = f"from layer {true} on every vote is {votes[-1]}, and not before: the depth is {true}"
            witness = {"votes": ", ".join(votes), "depth": true, "stated": depth}
            yield start, end, refuted(Kind.ARITHMETIC, says, Method.COUNT, witness)
