# ruff: noqa: E501 -- a pattern stays on one line
"""Votes as a sentence changes them, `if layer 5 had said 4 as well`, and the last one of them that disagrees."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from grader.verify.claim import Kind, Method, Spanned, refuted, verified
from grader.verify.depth.said_depths import CONDITION, HEDGED, Numbering
from grader.verify.depth.vote_runs import FINAL, LAST_TO, OTHER
from grader.verify.depth.votes import Votes

AT = r"(?:probe|layer|vote|answer|point|position|place|K_?|the one|that|index)s?(?: (?:at|of|in) (?:probe |layer |point )?)? ?(?P<NAME>\d{1,2})(?: (?:of|in|for) (?:the |this |that )?(?:image|picture|example|photo|sample)(?: \w{1,4})?)?"
TO_CLASS = r"(?:an? |the |for |class |with )*[\"'‘“`]?(?P<NAME>\d{1,2}|[A-Za-z]{1,12})[\"'’”`]?"
CHANGES = (
    re.compile(rf"\b{AT.replace('NAME', 'a')}\b[^.;,\d]{{0,30}}?\b(?:agreed|agrees|agree|did agree|joined in|(?:said|had said|says|voted|votes|gave|had given|answered) (?:the same|so)(?: thing)?)\b", re.I),
    re.compile(rf"\b{AT.replace('NAME', 'b')}\b\s*(?:also |too |already |had |did |instead |only )*\b(?:said|say|says|voted|vote|votes|were|was|been|gave|given|answered|answer|predicted|predict|to|by|with|became|become|becomes|changes? to|flips? to|flipped to|turned into|read)\s+(?:also |too |already )?{TO_CLASS.replace('NAME', 'bc')}", re.I),
    re.compile(rf"\b(?:the|that)\s+{TO_CLASS.replace('NAME', 'old')}\s+(?:at|of|in|from)\s+(?:the )?(?:probe |layer |point |position |place )?(?P<c>\d{{1,2}})\b[^.;,\d]{{0,15}}?\b(?:were|was|became|become|turned into|turns into|replaced by|changed (?:in)?to|is|into|to)\s+{TO_CLASS.replace('NAME', 'cc')}", re.I),
    re.compile(rf"\b(?:were|was|had|if)\s+(?:the|that)\s+{TO_CLASS.replace('NAME', 'old2')}\s+(?:at|of|in|from)\s+(?:the )?(?:probe |layer |point |position |place )?(?P<d>\d{{1,2}})\s+(?:been |were |was )?(?:an? )?{TO_CLASS.replace('NAME', 'ec')}", re.I),
    re.compile(rf"\b(?:the )?last (?:probe|one|vote)\b\s*(?:also |too |already |had |instead )*\b(?:said|voted|were|was|been|gave|answered|predicted|to|became)\s+(?:also |too |already )?{TO_CLASS.replace('NAME', 'dc')}", re.I),
)  # fmt: skip
SAME_WORDS = frozenset(
    {
        "the",
        "so",
        "it",
        "also",
        "too",
        "same",
        "as",
        "well",
        "in",
        "agreement",
        "different",
        "otherwise",
        "something",
        "not",
        "no",
        "a",
        "an",
    }
)


def changed_votes(
    sentence: tuple[int, int], at: int, text: str, own: Sequence[Votes], earlier: Sequence[Votes]
) -> Votes | None:
    """The votes as a sentence changes them: `if layer 5 had said 4 as well`; None where it changes none."""
    told = text[sentence[0] : sentence[1]]
    if not CONDITION.search(told):
        return None
    before = [one for one in own if one.end <= max(at, sentence[0])]
    base = before[-1] if before else (earlier[-1] if earlier else None)
    named = re.search(r"\b(?:image|picture|example|photo|sample) (\w{1,4})\b", told)
    if named is not None:
        base = next((one for one in (*own, *earlier) if one.name == named.group(1)), base)
    else:
        base = next((one for one in (*own, *earlier) if one.name and _names(told, one.name)), base)
    if base is None or base.depth is None or OTHER in base.answers or FINAL in base.answers:
        return None
    lead = told if base not in own or base.start < sentence[0] else text[base.end : sentence[1]]
    changes: dict[int, str] = {}
    for pattern in CHANGES:
        for found in pattern.finditer(lead):
            groups = found.groupdict()
            place = next((int(groups[key]) for key in "abcd" if groups.get(key)), None)
            to = next((groups[key] for key in ("bc", "cc", "dc", "ec") if groups.get(key)), None)
            if place is None:
                place = base.first + len(base.answers) - 1
            if to is None or (to.lower() in SAME_WORDS and re.search(r"same", found.group(), re.I)):
                to = str(base.answers[-1])
            if to.lower() in SAME_WORDS or not base.first <= place < base.first + len(base.answers):
                return None
            old = groups.get("old") or groups.get("old2")
            if old and old != base.answers[place - base.first]:
                return None
            changes[place] = to
    if not changes:
        return None
    answers = tuple(changes.get(base.first + place, answer) for place, answer in enumerate(base.answers))
    if not all(one is not None for one in answers) or not {*changes.values()} <= _same_sort(base):
        return None
    return replace(base, answers=answers, final=None if answers[-1] != base.answers[-1] else base.final)


def _names(told: str, name: str) -> bool:
    """Whether a sentence says that an image's vote is changed: `had probe 3 voted 4 on s`, `s's vote at probe 3`."""
    return re.search(rf"\b(?:on|for|of)\s+{re.escape(name)}\b|\b{re.escape(name)}['’]s\b", told) is not None


def _same_sort(votes: Votes) -> set[str]:
    """Classes that may stand in such a list: those of it, and any single sign if it has single signs."""
    known = {str(one) for one in votes.answers}
    if all(len(one) == 1 for one in known):
        known |= set("0123456789ABCDEFGHabcdefgh")
    return known


# -- the last probe that disagrees -------------------------------------------------------------------------------------


def dissent_claims(
    text: str, own: Sequence[Votes], earlier: Sequence[Votes], numbering: Numbering
) -> Iterator[Spanned]:
    """`the last disagreement is at probe 5` of votes that are listed before it."""
    for found in LAST_TO.finditer(text):
        listed = [one for one in own if one.listed and one.end <= found.start()] or [
            one for one in earlier if one.listed
        ]
        if (
            not listed
            or listed[-1].depth is None
            or HEDGED.search(text[max(0, found.start() - 30) : found.start()])
        ):
            continue
        votes = listed[-1]
        stated = int(found.group("one") or found.group("two"))
        true = votes.last_disagreement
        if true is None:
            continue
        says = f"the last vote that is not {votes.answers[-1]} is that of probe {true}"
        if stated == true:
            yield found.start(), found.end(), verified(Kind.ARITHMETIC, says, Method.COUNT)
        elif (
            votes.numbered
            or len(votes.answers) == 11
            or abs(stated - true) > 1
            or (numbering.from_zero and not numbering.from_one)
        ):
            witness = {"votes": votes.shown, "last disagreement": true, "stated": stated}
            yield (
                found.start(),
                found.end(),
                refuted(Kind.ARITHMETIC, f"{says}, not {stated}", Method.COUNT, witness),
            )


__all__ = ["changed_votes", "dissent_claims"]
