# ruff: noqa: E501 -- a pattern stays on one line
"""What votes that are counted out decide: `12 cat, 11 dog, 7 deer: the probe says cat, with an absolute majority`.

The counts stand in the sentence or right before it; who wins, whether there is a tie and whether the winner has more
than half of the votes follows from them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from grader.verify.claim import Judged, Kind, Method, Spanned, refuted, verified
from grader.verify.reading.numerals import NUMERAL, value_of
from grader.verify.reading.plain_signs import plain_signs

SCOPE = re.compile(r"\bvotes?\b|\bvoted?\b|neighbou?rs?|\bprobes?\b|k-?NN|consensus|majority|networks", re.I)
_NAME = r"(?!(?:which|whom|voting|where|these|those|who|there|about|split|splits|into|among|went|were|fall|falls|divided|distributed|together|altogether|looked|nearest|asked|of|the|and|for|to|in|at|on|say|says|vote|votes|votes?d|with|are|is|a|an|neighbou?rs?\b|neighbou?rs? voting|probes?|images?|classes|layers?|right|wrong|correct|times|per|out|nearest|networks?|people|points?|or|from|training|test|examples?|have|has|be|different|percent|as|k|K|N|m|R|D|class|gives?|it|them|that|this|its|so|hence|then|but|by|each|all|more|less|than|not|no|only)\b)(?:class )?[A-Za-z][\w-]{0,14}s?"
_COUNT = rf"(?:\d{{1,3}}|{NUMERAL})"
_FOR = r"(?:(?: votes?| neighbou?rs?| of them| networks?)?(?: (?:go(?:es)? to|went to|for|say|says|said|vote for|voted for|voted|vote|are|were|of class|belong to|of|to))*)"
COUNTED = re.compile(
    rf"(?<![\w.,/^])(?P<n>{_COUNT}){_FOR} [\"'“‘]?(?P<name>{_NAME})[\"'”’]?(?![\w-])|(?<![\w-])[\"'“‘]?(?P<name2>{_NAME})[\"'”’]?(?: (?:gets|has|got|with|had))?(?::| ×| x)? ?\(?(?P<n2>\d{{1,3}})\)?(?: votes| times)?(?![\w.%]*[\w%]| (?:to|×|x|of|images|layers|classes))",
    re.I,
)
BETWEEN = re.compile(r"\s*(?:,|;|and|, and|/|\+|:)\s*|\s+", re.I)
_SAYS = r"(?:(?:the |this |that |its |a )*(?:probe|vote|k-?NN(?: classifier| probe)?|majority(?: vote)?|prediction|answer|classifier|consensus(?: class| label)?|winner|winning class|plurality)(?: at this layer)?(?: (?:then|therefore|thus|hence|here))* (?:says?|answers?|predicts?|is|goes to|gives?|votes for|decides for|returns?|chooses?|outputs?|falls on|=)|(?:goes|falls) to|it (?:says|answers|predicts|is)|we get)(?: (?:then|therefore|thus|class|the class|for))*"
SAYS = re.compile(
    rf"(?<![\w-]){_SAYS} [\"'“‘*]*(?P<name>{_NAME})[\"'”’*]*(?![\w-])|(?<![\w-])[\"'“‘*]*(?P<name2>{_NAME})[\"'”’*]* (?:wins|has (?:the )?most votes|has the (?:relative )?majority|is (?:the )?(?:winner|consensus(?: class)?|plurality|predicted(?: class)?|predicted))",
    re.I,
)
_WITH = r"(?:,? (?:even |and )?(?:with|by|has|have|having|holds|got|gets|since (?:the )?\w+ (?:have|has)|because (?:the )?\w+ (?:have|has)|is|it is|this is|that is|which is) )"
ABSOLUTE = re.compile(
    rf"(?:{_WITH})?(?P<not>not |no |without |only |just |barely not |short of |less than )?(?:an |the )?(?:absolute majority|clear majority of the votes|majority of (?:all |the )*(?:votes|neighbou?rs)|more than half(?: of (?:all |the |its )*(?:votes|neighbou?rs|{_COUNT}))?|over half(?: of (?:the )?(?:votes|neighbou?rs))?|at least half(?: of (?:the )?(?:votes|neighbou?rs))?|fewer than half(?: of (?:the )?votes)?|less than half(?: of (?:all |the )*(?:votes|neighbou?rs))?|plurality|relative majority|tie(?![- ](?:rule|break\w*)))(?! (?:is|was) (?:needed|required|broken))",
    re.I,
)
ELSEWHERE = re.compile(
    r"\b(?:if|would|could|suppose|unless|says? that|claims?|needs?|required?|must|break(?:s|ing)?|broken|random(?:ly)?|histogram|depths?|accuracy|dimensions?|layers? \d)\b|\?",
    re.I,
)
REACH = 260


def majorities(sentence: str, before: str) -> Iterator[Spanned]:
    """(start, end, ruling) of each winner and each majority that a sentence names for votes that are counted.

    >>> told = "Of the 30 neighbours 12 are cat, 11 dog and 7 deer: the probe says cat, with an absolute majority."
    >>> [judged.ruling.value for _, _, judged in majorities(told, "")]
    ['verified', 'refuted']
    """
    plain, places = plain_signs(sentence)
    past = plain_signs(before[-REACH:])[0]
    if not SCOPE.search(f"{past} {plain}"):
        return
    own = _counts(plain)
    last = re.split(r"(?<=[.!?])\s", past.strip())[-1] if past.strip() else ""
    votes, since = (own[0], own[1]) if own is not None else ((_counts(last) or ({}, 0))[0], 0)
    if len(votes) < 2:
        return
    rest = plain[since:]
    if ELSEWHERE.search(rest):
        return
    for found in SAYS.finditer(plain, since):
        name = (found.group("name") or found.group("name2")).lower().rstrip("s")
        named = {key.lower().rstrip("s"): count for key, count in votes.items()}
        if name in named:
            most = max(named.values())
            yield places[found.start()], places[found.end()], _winner(name, named, most)
    for found in ABSOLUTE.finditer(plain, since):
        judged = _majority(found, votes)
        if judged is not None:
            yield places[found.start()], places[found.end()], judged


def _counts(text: str) -> tuple[Mapping[str, int], int] | None:
    """The votes of a list of at least two classes, and where it ends; None if there is none."""
    runs: list[list[re.Match[str]]] = []
    for found in COUNTED.finditer(text):
        if runs and BETWEEN.fullmatch(text[runs[-1][-1].end() : found.start()]):
            runs[-1].append(found)
        else:
            runs.append([found])
    lists = [run for run in runs if len(run) >= 2]
    if len(lists) != 1:
        return None
    votes = {}
    for one in lists[0]:
        name = one.group("name") or one.group("name2")
        votes[name] = value_of(one.group("n") or one.group("n2"))
    return (votes, lists[0][-1].end()) if len(votes) == len(lists[0]) else None


def _shown(votes: Mapping[str, int]) -> str:
    return ", ".join(f"{name} {count}" for name, count in votes.items())


def _winner(name: str, votes: Mapping[str, int], most: int) -> Judged:
    says = f"of the votes {_shown(votes)} the largest number is {most}"
    if votes[name] == most:
        return verified(Kind.FACT, says, Method.COUNT)
    return refuted(Kind.FACT, says, Method.COUNT, {"votes": _shown(votes), "most": most, "stated": name})


def _majority(found: re.Match[str], votes: Mapping[str, int]) -> Judged | None:
    most, total = max(votes.values()), sum(votes.values())
    words = found.group().lower()
    says = f"the winner has {most} of {total} votes"
    tie = list(votes.values()).count(most) > 1
    if "tie" in words.split()[-1:]:
        holds = tie
    elif "plurality" in words or "relative" in words:
        holds = not tie
    elif re.search(r"fewer than half|less than half", words):
        holds = 2 * most < total
    else:
        holds = 2 * most > total
    negated = re.search(r"\b(?:not|no|without|short of)\b", words) is not None
    if re.search(r"\b(?:only|just|less than)\b", found.group("not") or "", re.I) and "half" not in words:
        return None
    if holds != negated:
        return verified(Kind.FACT, says, Method.COUNT)
    return refuted(Kind.FACT, says, Method.COUNT, {"votes": _shown(votes), "most": most, "all": total})


__all__ = ["majorities"]
