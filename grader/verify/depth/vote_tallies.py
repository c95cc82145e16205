# ruff: noqa: E501 -- a pattern stays on one line
"""What is counted over the answers of the probes: how many images a probe gets right, how many probes say a class, what one probe says.

`the last probe is right on 5 of the 6 images` goes by a table that has the true labels beside the answers; `four of the
six probes of image w say c` and `probe 3 says b` go by the answers of one image.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from grader.verify.claim import Judged, Kind, Method, Spanned, refuted, verified
from grader.verify.depth.said_depths import CONDITION
from grader.verify.depth.votes import Votes

_PROBE = r"(?:probe|layer|point|vote|L)"
_AT = rf"(?:(?P<last>(?:the )?(?:last|final) {_PROBE}s?|the network)|(?:{_PROBE}s? (?:at |of |in )?(?:layer |point )?L?|(?:at|in|by) L)_?(?P<number>\d{{1,2}}))(?![\d.]*\d)"
PROBE = re.compile(rf"\b{_AT}", re.I)
OF = re.compile(r"(?<![\d.,/])(?P<some>\d{1,4}) (?:out )?of (?:the |these |all |those |our )*(?P<all>\d{1,4})(?![\d.,]*\d|\s?%)", re.I)  # fmt: skip
RIGHT = re.compile(r"\b(?P<wrong>wrong(?:ly)?|incorrect(?:ly)?|misclassified|mistaken|missed|errors?|mistakes)\b|\b(?:right(?:ly)?|correct(?:ly)?|accura\w+|hits?)\b", re.I)  # fmt: skip
ONLY = re.compile(r"\b(?:only|just) (?:(?:the )?(?:image|picture|example|photo) )?(?P<name>\w{1,12}) (?:is|was) (?P<how>wrong|misclassified|incorrect|missed|right|correct)\b", re.I)  # fmt: skip
ONE_IMAGE = re.compile(r"\b(?:[Ff]or |[Oo]f |[Ii]n )?(?:image|picture|example|photo|row|sample) (?P<name>\w{1,12})\b|(?:^|[.;]\s)\W*(?P<opens>[A-Za-z]\d{0,2})\s?:")  # fmt: skip
SAY = r"(?:say|says|answer|answers|vote(?:s)?(?: for)?|predict|predicts|output|outputs|choose|chooses|give|gives|go for|are|is)"
CLASS = r"(?:class |an? |the |[\"'‘“`])*(?P<class>\d{1,2}|[A-Za-z]{1,12})(?![\w.]*\w)"
SAYING = re.compile(rf"(?<![\d.,/])(?P<some>\d{{1,2}}) (?:out )?of (?:the |its |all |these )*(?P<all>\d{{1,2}}) (?:probes|layers|votes|answers) (?:of (?:the )?(?:image|picture) \w+ )?{SAY} {CLASS}", re.I)  # fmt: skip
ONE_SAYS = re.compile(rf"\b{_AT} (?:of (?:the )?(?:image|picture) \w+ )?(?:says|answers|votes(?: for)?|predicts|outputs|chooses) {CLASS}(?=\s*(?:[.,;:)]|$|\band\b|\bso\b|\bbut\b|\bagain\b))", re.I)  # fmt: skip
OPEN = re.compile(r"\?|\bnot\b|n['’]t\b|\bshould\b|\bexpect|\bwould\b|\bassum|\bepochs?\b|\bpaper\b", re.I)
FEWEST = 2


@dataclass(frozen=True)
class Clause:
    """A piece of a sentence, from its place in the text."""

    at: int
    text: str


def tally_claims(text: str, votes: Sequence[Votes]) -> Iterator[Spanned]:
    """(start, end, ruling) of each tally of the answers that a text has given.

    >>> table = [Votes(("c", "h"), truth="h", name="a"), Votes(("h", "c"), truth="h", name="b")]
    >>> [j.says for *_, j in tally_claims("The last probe is right on 2 of the 2 images.", table)]
    ['the last probe is right on 1 of 2 images: a']
    """
    with_truth = [one for one in votes if one.truth is not None and one.listed]
    if not {one.truth for one in with_truth} <= {answer for one in with_truth for answer in one.answers}:
        with_truth = []  # it may be no label
    sense = ""
    for clause in _clauses(text):
        if OPEN.search(clause.text) or CONDITION.search(clause.text):
            continue
        if len(with_truth) >= FEWEST:
            said = RIGHT.search(clause.text)
            sense = ("wrong" if said.group("wrong") else "right") if said is not None else sense
            yield from _moved(_of_probe(clause.text, with_truth, sense), clause.at)
            yield from _moved(_only(clause.text, with_truth), clause.at)
        yield from _moved(_of_image(clause.text, votes), clause.at)


def _moved(claims: Iterator[Spanned], by: int) -> Iterator[Spanned]:
    for start, end, judged in claims:
        yield start + by, end + by, judged


def _clauses(text: str) -> Iterator[Clause]:
    at = 0
    for cut in re.finditer(r"[.;!?](?=\s|$)|,? (?:and|but|while) (?=(?:the |at |in |probe |layer )*(?:last |final )?(?:probe|layer|network|L\d))", text):  # fmt: skip
        yield Clause(at, text[at : cut.end()])
        at = cut.end()
    if text[at:].strip():
        yield Clause(at, text[at:])


def _answer(votes: Votes, number: int | None) -> str | None:
    """The answer of a probe by its number; of the last one where there is none."""
    if number is None:
        return votes.answers[-1]
    place = number - votes.first
    return votes.answers[place] if 0 <= place < len(votes.answers) else None


def _of_probe(text: str, table: Sequence[Votes], sense: str) -> Iterator[Spanned]:
    """`the last probe is right on 5 of 6 images`."""
    probes = list(PROBE.finditer(text))
    counts = list(OF.finditer(text))
    first = probes[0] if probes else None
    if first is None or len(counts) != 1 or not sense or int(counts[0].group("all")) != len(table):
        return
    if len(probes) > 1 and not re.search(r"\b(?:than|like|as)\b", text[first.end() : probes[1].start()]):
        return
    number = None if first.group("last") else int(first.group("number"))
    answers = [_answer(one, number) for one in table]
    if None in answers:
        return
    good = [one for one, answer in zip(table, answers, strict=True) if answer == one.truth]
    count = len(good) if sense == "right" else len(table) - len(good)
    names = ", ".join(one.name or "?" for one in table if (one in good) == (sense == "right"))
    who = "the last probe" if number is None else f"probe {number}"
    says = f"{who} is {sense} on {count} of {len(table)} images: {names}"
    stated = int(counts[0].group("some"))
    start, end = min(first.start(), counts[0].start()), max(first.end(), counts[0].end())
    yield start, end, _ruled(says, count, stated)


def _only(text: str, table: Sequence[Votes]) -> Iterator[Spanned]:
    """`only F is wrong`, by the last probe."""
    probes = list(PROBE.finditer(text))
    if any(not one.group("last") for one in probes):
        return
    for found in ONLY.finditer(text):
        wanted = "right" if found.group("how").lower() in {"right", "correct"} else "wrong"
        names = [one.name for one in table if (one.answers[-1] == one.truth) == (wanted == "right")]
        if found.group("name") not in {one.name for one in table}:
            continue
        says = f"the last probe is {wanted} on {', '.join(names) or 'none'}"
        if names == [found.group("name")]:
            yield found.start(), found.end(), verified(Kind.ARITHMETIC, says, Method.COUNT)
        else:
            yield found.start(), found.end(), refuted(Kind.ARITHMETIC, says, Method.COUNT, {wanted: names})


def _of_image(text: str, votes: Sequence[Votes]) -> Iterator[Spanned]:
    """`four of the six probes say c`, `the last probe says 5`: of the image that is named, or of the only one."""
    named = ONE_IMAGE.search(text)
    name = (named.group("name") or named.group("opens")) if named is not None else None
    listed = [one for one in votes if one.listed and None not in one.answers]
    own = [one for one in listed if one.name == name] if name else listed
    if len(own) != 1:
        return
    image = own[0]
    for found in SAYING.finditer(text):
        if int(found.group("all")) != len(image.answers) or found.group("class") not in image.answers:
            continue
        count, stated = image.answers.count(found.group("class")), int(found.group("some"))
        says = f"{count} of the {len(image.answers)} answers {image.shown} are {found.group('class')}"
        yield found.start(), found.end(), _ruled(says, count, stated)
    for found in ONE_SAYS.finditer(text):
        number = None if found.group("last") else int(found.group("number"))
        answer = _answer(image, number)
        if answer is None or (number is not None and not image.numbered) or image.final is not None or found.group("class") not in image.answers:  # fmt: skip
            continue
        says = f"it says {answer}: the answers are {image.shown}"
        if answer == found.group("class"):
            yield found.start(), found.end(), verified(Kind.ARITHMETIC, says, Method.COUNT)
        else:
            witness = {"answers": image.shown, "it says": answer, "stated": found.group("class")}
            yield found.start(), found.end(), refuted(Kind.ARITHMETIC, says, Method.COUNT, witness)


def _ruled(says: str, count: int, stated: int) -> Judged:
    if count == stated:
        return verified(Kind.ARITHMETIC, says, Method.COUNT)
    return refuted(Kind.ARITHMETIC, says, Method.COUNT, {"counted": count, "stated": stated})


__all__ = ["tally_claims"]
