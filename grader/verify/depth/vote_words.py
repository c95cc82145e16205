# ruff: noqa: E501 -- a pattern stays on one line
"""Prediction depths of votes that are told in words: `if all probes agree, the depth is 0`, tried on all lists of votes.

The depth is the least layer from which on every probe agrees with the last one (Baldock et al. 2021, section 2). A
condition in words is a set of lists of votes; with a depth it is right if every list of one has the other, and wrong if
no list has both.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cache
from itertools import product

from grader.verify.claim import Kind, Method, Spanned, refuted, verified
from grader.verify.depth.votes import STRICT, true_depth
from grader.verify.networks.papers import OWN
from grader.verify.reading.numerals import value_of

PROBES = 11  # the input and the ten children of ResNet-18
Votes = tuple[str, ...]
_PROBE = r"(?:probes?|votes?|predictions?|layers?|ones?|answers?)"
_SAME = r"(?:(?:agrees?|coincides?)(?: with (?:each other|one another|the (?:last|final)(?: one| probe| vote)?))?|(?:gives?|predicts?|says?|has|have|votes?(?: for)?) the same(?: (?:vote|label|class|answer|prediction))?(?: as the (?:last|final)(?: one| probe)?)?|(?:is|are) (?:the same|equal|identical))"
CONDITIONS: tuple[tuple[str, Callable[[Votes], bool]], ...] = (
    (rf"(?:all|every|each)(?: one)?(?: of)?(?: the)?(?: (?:11|eleven))? {_PROBE} (?:already |always )?{_SAME}|the same (?:vote|prediction|label|answer|class) (?:at|in|from|for|by) (?:all|every|each)(?: of)?(?: the)?(?: (?:11|eleven))? (?:points?|probes?|layers?)|the probes all {_SAME}", lambda votes: len(set(votes)) == 1),
    (rf"(?:the )?{_PROBE} (?:0|zero) ?(?:–|-|to|through|\.\.\.|…) ?10 (?:all )?{_SAME}|(?:the )?{_PROBE} (?:0|zero) ?(?:–|-|to|through) ?10 (?:all )?agree", lambda votes: len(set(votes)) == 1),
    (r"(?:a |the )?constant (?:sequence|list|row) of votes|votes (?:that )?(?:never|do not) change|(?:the |its )?votes (?:are|is) (?:all )?(?:constant|equal)", lambda votes: len(set(votes)) == 1),
    (rf"the last (?:two|2) {_PROBE} (?:disagree|differ|are different|contradict each other)", lambda votes: votes[-2] != votes[-1]),
    (rf"(?:no|none of the)(?: other| earlier)? {_PROBE} {_SAME}", lambda votes: votes[-1] not in votes[:-1]),
    (rf"only the (?:very )?last {_PROBE} (?:differs?|disagrees?|is different|deviates?)(?: (?:from|with) (?:all|the)(?: the| of the)? (?:others?|other \w+|rest))?", lambda votes: votes[-1] not in votes[:-1] and len(set(votes[:-1])) == 1),
    (r"the (?:raw )?(?:pixels|input)(?: probe)? already (?:decides?|settles?|gives? the (?:final|last) (?:vote|answer|prediction)|agrees?(?: with the last(?: one| probe)?)?)", lambda votes: len(set(votes)) == 1),
    (rf"(?:the {_PROBE} (?:right |just )?before the last(?: one)?|the (?:last but one|second to last|next to last|penultimate)(?: {_PROBE})?) (?:still )?(?:differs?|disagrees?)(?: (?:from|with) (?:it|the last(?: one| probe)?))?", lambda votes: votes[-2] != votes[-1]),
)  # fmt: skip
CONDITION = re.compile(
    "|".join(f"(?P<c{place}>{words})" for place, (words, _) in enumerate(CONDITIONS)), re.I
)
DEPTH = re.compile(
    r"\b(?:prediction )?depth\s*(?:is |of |= ?|equals |: ?|then |also |exactly )*(?:\$?(?P<depth>\d{1,2})\$?(?![\d.]*\d|\s*(?:[-–/·*+×%]|to\b|and\b|or\b|images|of))|(?P<largest>that of the last(?: probe| layer| one)?|the (?:largest|maximal|greatest)(?: possible)?(?: one| value)?(?![- ]\w)|the last (?:probe|layer)))",
    re.I,
)
OTHER = re.compile(
    r"\bnot\b|n['’]t\b|\b(?:never|would|could|might|some|most|usually|often|from layer|up to|mean|average|unless|until|except)\b",
    re.I,
)
IF = re.compile(r"\b(?:if|when|whenever)\s+$", re.I)
LONGEST_BETWEEN = 60
BEFORE = 3000


@cache
def _all_votes() -> tuple[Votes, ...]:
    return tuple(product("ab", repeat=PROBES))


def depth_words(sentence: str, before: str) -> Iterator[Spanned]:
    """Each depth that a clause joins with such a condition.

    >>> told = "If only the last probe differs from all others, the depth is 9."
    >>> [judged.witness["depth"] for _, _, judged in depth_words(told, "Prediction depth, layers 0 to 10.")]
    [10]
    """
    around = f"{before[-BEFORE:]} {sentence}"
    if not re.search(r"\bdepth\b", around, re.I) or not re.search(
        r"probe|layer|kNN|prediction depth", around, re.I
    ):
        return
    at = 0
    for piece in re.split(r"(?<=[;])(?=\s)", sentence):
        conditions, depths = list(CONDITION.finditer(piece)), list(DEPTH.finditer(piece))
        if (
            len(conditions) == 1
            and len(depths) == 1
            and not OTHER.search(piece)
            and not STRICT.search(around)
        ):
            yield from _joined(piece, at, conditions[0], depths[0])
        at += len(piece)


COUNT = re.compile(
    r"\b(?P<count>\d{1,2}|ten|eleven|twelve)\s+(?:kNN\s+|k-NN\s+)?(?:prob(?:es|ing points)|probe points)\b(?P<after>[^.;]{0,60})",
    re.I,
)
IN_ALL = re.compile(
    r"\b(?:in all|altogether|in total|numbered (?:from )?0 to 10|(?:from )?0 to 10|counting the input|(?:when|if) the input counts|with the input|including the input)\b",
    re.I,
)


def probe_counts(sentence: str, before: str) -> Iterator[Spanned]:
    """`there are 11 probes`: the input and the ten children of ResNet-18."""
    if not re.search(r"resnet|prediction depth", f"{before[-BEFORE:]} {sentence}", re.I) or OWN.search(
        sentence
    ):
        return
    for found in COUNT.finditer(sentence):
        count = value_of(found.group("count"))
        all_of_them = IN_ALL.search(found.group("after"))
        end = found.end("after") - len(found.group("after")) + (all_of_them.end() if all_of_them else 0)
        says = f"the input and the ten children of ResNet-18 make {PROBES} probe points, 0 to 10"
        yield from _largest(found, count)
        if count == PROBES:
            yield found.start(), end, verified(Kind.FACT, says, Method.COUNT)
        elif all_of_them:
            yield (
                found.start(),
                end,
                refuted(
                    Kind.FACT, says, Method.COUNT, {"from": 0, "to": 10, "points": PROBES, "stated": count}
                ),
            )


MOST = re.compile(
    r"\b(?:(?P<many>\d{1,2}|nine|ten|eleven|twelve) (?:different |possible |distinct )*depths\b|(?:largest|greatest|maximal|highest|deepest)(?: possible)?(?: prediction)? depth (?:is|equals|=|of) \$?(?P<last>\d{1,2})\b)",
    re.I,
)


def _largest(found: re.Match[str], count: int) -> Iterator[Spanned]:
    """`eleven probes allow eleven depths, the largest of which is 10`: one depth a probe, from 0 on."""
    for said in MOST.finditer(found.string, found.end("count")):
        if re.search(
            r"[.;]\s|\b(?:if|not|empty|occur\w*|observed|seen)\b",
            found.string[found.end("count") : said.end()],
        ):
            continue
        many = (said.group("many") or "").lower()
        exact = count if many else count - 1
        stated = value_of(many or said.group("last"))
        says = f"each of {count} probes, counted from 0, can be the depth: {count} depths, the largest is {count - 1}"
        if stated == exact:
            yield said.start(), said.end(), verified(Kind.FACT, says, Method.COUNT)
        else:
            yield (
                said.start(),
                said.end(),
                refuted(Kind.FACT, says, Method.COUNT, {"probes": count, "exact": exact, "stated": stated}),
            )


def _joined(piece: str, at: int, told: re.Match[str], said: re.Match[str]) -> Iterator[Spanned]:
    first, last = sorted((told, said), key=lambda one: one.start())
    if first.end() > last.start() or last.start() - first.end() > LONGEST_BETWEEN:
        return
    place = next(place for place in range(len(CONDITIONS)) if told.group(f"c{place}") is not None)
    holds = CONDITIONS[place][1]
    depth = PROBES - 1 if said.group("largest") else int(said.group("depth"))
    having = [votes for votes in _all_votes() if holds(votes)]
    deep = [votes for votes in _all_votes() if true_depth(votes) == depth]
    lead = IF.search(piece[: first.start()])
    start, end = at + (lead.start() if lead else first.start()), at + last.end()
    right = (
        all(true_depth(votes) == depth for votes in having)
        if first is told
        else bool(deep) and all(map(holds, deep))
    )
    if right:
        says = f"so it is for every list of {PROBES} votes of two classes"
        yield start, end, verified(Kind.FACT, says, Method.COUNT)
    elif not any(true_depth(votes) == depth for votes in having):
        votes = having[0]
        says = f"the votes {', '.join(votes)} are such ones, and their depth is {true_depth(votes)}"
        witness = {"votes": ", ".join(votes), "depth": true_depth(votes), "stated": depth}
        yield start, end, refuted(Kind.FACT, says, Method.COUNT, witness)


__all__ = ["depth_words", "probe_counts"]
