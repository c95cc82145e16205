# ruff: noqa: E501 -- a pattern stays on one line
"""The depth of one image that a text states, and the ruling on it for given votes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from grader.verify.claim import Judged, Kind, Method, refuted, verified
from grader.verify.depth.stated_values import FILL
from grader.verify.depth.votes import STRICT, Votes

WORD = r"(?:prediction[- ])?depths?"
WHO = r"(?:\s+(?:of|for|with)\s+(?:the )?(?:votes |answers |list |sequence |predictions )?[(\[{`]?▪+[)\]}`]?|\s+(?:of|for|in)\s+(?:(?:the|this|that|our|its|an?|my)\s+)?(?:[a-z]+\s+){0,2}?(?:image|example|picture|one|it|list|row|sequence|photo|case|sample|this|that|votes|answers|probes)?(?:\s*\(?(?:[A-Za-z]\d{0,3}|\d{1,4}|[ivx]{1,4})\)?)?|\s?\([A-Za-z]_?\d{0,3}\))?"
NUMBER = r"(?P<value>\d{1,2}|zero|none)"
END = r"(?![A-Za-z]|[\d.]*\d|\s?,\s?\d|\s?[×·*+/%−]|\s?(?:–|--?)\s?\d|\s*(?:to|or|and)\s+(?:\d|less|more|below|above|deeper|later|beyond)|\s*(?:images?|probes|layers|classes|points|neighbou?rs|examples|votes|pictures)\b)"
SAID = re.compile(
    rf"\b{WORD}\b(?!\s+of\s+(?:the\s+)?(?:network|tree|model|net)\b){WHO}(?:\s+[Lℓ]\b)?{FILL.pattern}(?:the )?(?:(?:largest|greatest|maximal|highest|smallest|least|lowest)(?: possible)?(?: one| value)?\s*[,:(—–]\s*(?:namely |i\.e\. )?)?{NUMBER}{END}",
    re.I,
)
LETTER = re.compile(
    rf"(?<![\w\\{{|√‖·])(?:L|ℓ|D(?:\(\w\))?|pd(?:\(\w\))?)\s*(?:=|\bis\b|:)\s*(?:then |thus |only )?{NUMBER}{END}(?!\s+\d)"
)
ALREADY = re.compile(
    rf"(?<![\w.,–-]){NUMBER}\s+(?:is|was|would be)\s+(?:the|its|this image['’]s)\s+{WORD}\b", re.I
)
ELLIPSIS = re.compile(
    rf"(?:(?:→|⇒|->|=>)|\b(?:it|this|that|which|they)(?:['’]s|\s+(?:is|has|gives|would be|will be|had|becomes|means))\b|\b(?:gives?|makes?|yields?|get|means)\b(?: it)?)\s*(?:then |thus |therefore |only |just |exactly |still |also |again |even |a |an |depth |at )*{NUMBER}{END}(?=\s*(?:[.,;:)!?\"”—–]|$|\b(?:and|but|because|since|as|for|in|with|not|again|too|here|instead|although|though|while|whereas|which|so|if|when|by|after|then)\b))",
    re.I,
)
HAS = re.compile(
    rf"▪[)\]}}`\"]?\s+(?:has|have|gets?|is|with|gives?)\s+(?:a |an |depth |only |just )*{NUMBER}{END}(?=\s*(?:[.,;:)!?]|$|\b(?:and|but|because|since|as)\b))",
    re.I,
)
SETTLED = re.compile(
    rf"(?:\b(?:settle[sd]?|stable|stabili[sz]e[sd]?|constant|fixed|decided|unanimous|unchanged|stays?)\b[^.;\d]{{0,40}}?\b(?:at|from|by|since|in)|\b(?:agrees?|final|right|same)\b[^.;\d]{{0,40}}?\b(?:from|since))\s+(?:the )?(?:probe|layer|point|position|number)\s+{NUMBER}(?P<on> on(?:wards?)?)?{END}",
    re.I,
)
FOLLOWS = re.compile(
    r"(?:\b(?:hence|so|thus|therefore|gives?|giving|means?|yields?|i\.e\.,?|that is,?)|[:→⇒(])\s*$", re.I
)
NOT_ONE = re.compile(
    r"\b(?:mean|average|median|modal|mode|total|maximal|maximum|minimal|minimum|largest|smallest|greatest|lowest|highest|deepest|possible|typical|each|every|any|other|sum of the|sum of)\s+(?:possible |prediction )?$",
    re.I,
)
# a number worked out of a list that is no list of votes
OF_LIST = re.compile(
    r"\b(?:mean|average|median|modes?|sum|total|variance|maximum|minimum)\s+(?:of|over)\s*[^.;▪]{0,20}$", re.I
)
# "D = 4 gives σ² = 2": a size, where a bracket holds what is no vote
SIZED = re.compile(r"\bD\s*[=:]")
VOTED = re.compile(rf"\b{WORD}\b|\bprobes?\b|\bvot(?:es?|ed)\b|\blayers?\b", re.I)
OF_MANY = re.compile(
    r"\b(?:images|examples|pictures|bins?|bar|samples|points|ones|share|most|many|some|histogram|accuracy|counts?|cases|fraction|at|by|up to|from|below|above|beyond|until|no|with)\s+(?:of |with |at |have |has |a |an |the |that |their )*$",
    re.I,
)
HEDGED = re.compile(
    r"\b(?:not|never|variants?|slips?|convention|instead|mistake|tempting|might|may|could|perhaps|probably|guess|think|expect|unless|claims?|one-based|off by one)\b|n['’]t\b",
    re.I,
)
CONDITION = re.compile(
    r"\b(?:if|had|were|would|suppos\w+|chang(?:ing|ed)|changes? (?:the|probe|layer|K_|it)|flip\w*|replac\w+|turn\w*|switch\w*|swap\w*|once|without)\b",
    re.I,
)
COUNTED = re.compile(
    r"\b(?:counted|counting|count|numbered|numbering|number)\b[^.;,]{0,30}?\bfrom (?P<from>0|1|zero|one)\b|\b(?P<based>[01]|zero|one)[- ]based\b",
    re.I,
)
OWN_COUNT = re.compile(
    r"\bin (?:our|my|their|the (?:notebook|handout|paper|sheet|course|homework)['’]?s?) (?:count|numbering|convention|indexing)|['’]s (?:count|numbering|convention)\b",
    re.I,
)


@dataclass(frozen=True)
class Numbering:
    """How a document counts its probes, where a list does not say it itself."""

    from_zero: bool
    from_one: bool
    strict: bool  # it also speaks of the depth with m > L


@dataclass(frozen=True)
class Said:
    """A depth that a text states; `settled` where it says from which layer on the probes agree."""

    start: int
    end: int
    value: int
    plain: bool  # with the word depth or its letter
    settled: bool = False
    bare: bool = False  # "depth 3", without a verb or a sign between
    premised: bool = False  # it follows from a supposition of its own sentence that has been read


NUMBERED_FROM_ZERO = re.compile(
    r"\bdepths? (?:is |of |= ?)?0\b|K_?\{?10\}?(?!\d)|\b(?:11|eleven) probes\b|\b(?:layers?|probes?|numbers?|from|index(?:es)?|points?) 0\b|_\{?0\}?(?!\d)|₀|\b0\s?(?:–|-|to|\.\.|…|,\s?1,\s?2|\(?(?:=\s?)?the input)|\b0 is the input|\bp0\b|m\s*=\s*0",
    re.I,
)
NUMBERED_FROM_ONE = re.compile(
    r"\b(?:layers?|probes?|points?)\b[^.;\d]{0,25}?\b1\s?(?:to|–|-|…|\.{2,3}|,\s?(?:2,\s?)?(?:…|\.{3})\s?,?)\s?\d{1,2}\b|\b(?:count|number)\w*\b[^.;\d]{0,20}\bfrom (?:1|one)\b|\bp1\b",
    re.I,
)


def numbering_of(source: str) -> Numbering:
    """How a document counts its probes."""
    return Numbering(
        bool(NUMBERED_FROM_ZERO.search(source)),
        bool(NUMBERED_FROM_ONE.search(source)),
        bool(STRICT.search(source)),
    )


def said_depths(text: str, lists: Sequence[Votes] = ()) -> list[Said]:
    """The depths that a text states of single images; `lists` are the votes in it, whose numbers are no depths.

    >>> [one.value for one in said_depths("The depth of B is then 4. Images of depth 3 are rare. L = 2.")]
    [4, 2]
    """
    for one in lists:
        text = text[: one.start] + "▪" * (one.end - one.start) + text[one.end :] if one.listed else text
    found: dict[int, Said] = {}
    for pattern in (SAID, LETTER, ALREADY, SETTLED, HAS, ELLIPSIS):
        for match in pattern.finditer(text):
            at, before = match.start("value"), text[: match.start()]
            if at in found or any(said.start <= at < said.end for said in found.values()):
                continue
            if pattern is HAS and OF_LIST.search(before.rstrip("▪[({`")):
                continue
            if pattern is LETTER and SIZED.match(match.group()) and not VOTED.search(text):
                continue
            if pattern is SAID and (
                NOT_ONE.search(before[-60:])
                or (
                    OF_MANY.search(before[-40:])
                    and not re.match(rf"{WORD}\W*(?:is|=|:)", match.group(), re.I)
                )
            ):
                continue
            word = match.group("value").lower()
            value = 0 if word in {"zero", "none"} else int(word)
            begin = (
                match.start("value")
                if pattern is HAS or (pattern is ELLIPSIS and re.match(r"\W", match.group()))
                else match.start()
            )
            bare = (
                pattern is SAID
                and re.fullmatch(rf"{WORD}\s+{NUMBER}", match.group(), re.I) is not None
                and FOLLOWS.search(before[-20:]) is None
            )
            found[at] = Said(
                begin, match.end(), value, pattern in {SAID, LETTER, ALREADY}, pattern is SETTLED, bare
            )
    return sorted(found.values(), key=lambda said: said.start)


def judged_depth(votes: Votes, said: Said, numbering: Numbering, around: str = "") -> Judged | None:
    """The ruling on a stated depth of votes; None where another way to count the layers may be meant."""
    true = votes.depth
    if true is None:
        return None
    counted = COUNTED.search(around)
    if counted is not None:
        told = (counted.group("from") or counted.group("based")).lower()
        true = true - votes.first + (1 if told in {"1", "one"} else 0)
        votes = replace(votes, first=1 if told in {"1", "one"} else 0, numbered=True)
    says = (
        f"from layer {true} on every vote is {votes.answers[-1]}"
        if votes.listed
        else f"from layer {true} on every probe agrees"
    )
    if said.value == true:
        return verified(Kind.ARITHMETIC, says, Method.COUNT)
    if said.settled and said.value > true:
        return None  # from there on they agree as well
    if abs(said.value - true) == 1 and counted is None and OWN_COUNT.search(around):
        return None
    if (
        said.value == true - 1
        and counted is None
        and (numbering.strict or (votes.numbered and votes.first == 1))
    ):
        return None
    sure = votes.numbered or (not numbering.from_one and (numbering.from_zero or len(votes.answers) == 11))
    if said.value == true + 1 and not sure:
        return None
    if numbering.from_one and not votes.numbered and said.value in {true, true + 1}:
        return None
    witness = {"votes": votes.shown, "depth": true, "stated": said.value}
    return refuted(Kind.ARITHMETIC, f"{says}, and not before: the depth is {true}", Method.COUNT, witness)


__all__ = [
    "CONDITION",
    "HEDGED",
    "OF_LIST",
    "WORD",
    "Numbering",
    "Said",
    "judged_depth",
    "numbering_of",
    "said_depths",
]
