# ruff: noqa: E501 -- a pattern stays on one line
"""What a table's label or title asks for: time or memory, a shape or a length, of one token or of all, by which way to attention.

A row's label and a column's title name it together, so that a table may stand either way round.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from enum import Enum

from grader.verify.costs.cost_nouns import Thing, read_things
from grader.verify.costs.operations import normal


class Measure(Enum):
    """What is stated of something."""

    TIME = "operations"
    KEPT = "numbers"
    LENGTH = "the length of the features"
    SHAPE = "a shape"


class Reach(Enum):
    """Of how many tokens."""

    ALL = "all tokens"
    ONE = "one token"
    OPEN = "not said"


STRONG_TIME = re.compile(
    r"\b(?:time|multiplications?|mult(?:s|iplies)?|multiply-adds?|operations?|ops|flops?|macs?|work|run-?times?|arithmetic|additions?)\b",
    re.I,
)
STRONG_KEPT = re.compile(
    r"\b(?:memory|storage|stor(?:e|es|ed|ing)|footprint|kept|keeps?|keeping|carr(?:y|ies|ied)|caches?|cached|held|holds?(?!\W+(?:at|for|if|when|whenever|where|true|with|only|exactly|by|from|too|here|there)\b)|remember\w*|retain\w*|states?|space)\b",
    re.I,
)
WEAK_TIME = re.compile(r"\b(?:costs?|complexity|price|expense|big-?O|effort)\b|(?<![A-Za-z])[OΘ]\(", re.I)
WEAK_KEPT = re.compile(r"\b(?:numbers|floats|entries|size)\b", re.I)
LENGTH = re.compile(
    r"\b(?:feature|φ|map)\w*(?: (?:vector|map)s?)? (?:length|dimension|dim|size|count|number|width)s?\b|\b(?:number|count|length|dimension|dim|size|how many|width)\.? (?:of )?(?:the |all )?(?:features?|feature (?:vectors?|maps?)|φ(?:\(\w\))?|map)\b|^\W*(?:(?:number of )?features?|φ|length|dimension of φ|C|how many features)\W*$",
    re.I,
)
STRONG_SHAPE = re.compile(r"\bshapes?\b", re.I)
SHAPE = re.compile(r"\bdimensions?\b", re.I)
IN_ONE_SIZE = re.compile(
    r"\b(?:in|with|on)\W+(?:N|n|length)\b|\bgrowth\b|\bscal(?:ing|es)\b|\bsequence length\b|\bdoubl\w+|\bN\s?→\s?2",
    re.I,
)
NO_ANSWER = re.compile(
    r"\b(?:ratio|relative|share|percent\w*|seconds|ms|measured|example|why|how so|reasons?|comments?|remarks?|notes?|speed-?up|error|accuracy|exact\?|parallel\w*|wins?|best)\b|%",
    re.I,
)
ONE = re.compile(
    r"\bper[ -](?:new |generated |decoded |single )*(?:token|step|query|position|output|key|row|vector|\$?[ijtn]\b)|\b(?:for|of|at|in|to (?:generate|decode|produce)) (?:each|every|one|a|an|a single|the next|the \$?[ijt]\$?-?th|any) (?:(?:new|single|generated|decoded|more|further|additional|extra|next|output|causal|decoding) )*(?:token|step|query|position|output|row)|\b(?:token|step|position|query|output|row)s? (?:number )?\$?[ijt]\b|\$?\b[ijt]\$?-?th (?:token|step|position|query|output)|\beach (?:token|step|query|position)\b|\bone (?:token|step|query|output|position)\b|\bnext token\b|\bsingle (?:token|step|query|output)\b",
    re.I,
)
ALL = re.compile(
    r"\ball\b|\btotal\b|\bwhole\b|\bentire\b|\boverall\b|\bin all\b|\bN (?:outputs|tokens|queries|positions)\b|\bfull (?:sequence|pass)\b|\bcomplete\b",
    re.I,
)
RUNNING = re.compile(
    r"\b(?:decod\w+|generat\w+|stream\w*|autoregressive\w*|inference|online|after (?:step|token|position|\$?[Nijt]\b)|so far|carr(?:y|ies|ied)|states?|caches?|cached|recurren\w+|causal\w*|running|token by token|one by one)\b",
    re.I,
)
GIVEN = re.compile(
    r"\b(?:given|after|once|without|excluding|excl\.?|besides|beyond|apart from|not counting|on top of)\b[^|]{0,20}\b(?:features?|projections?|φ)",
    re.I,
)
PEAK = re.compile(r"\b(?:training|backward|backprop\w*|gradients?|autograd)\b", re.I)
OTHER = re.compile(
    r"\blocal\b|\bwindow|\bsparse|low[- ]rank|\bblock|flash|\bchunk|strided|dilated|\bhash|cluster|landmark|linformer|performer|reformer|nystr|"
    r"sub-?quadratic|memory-efficient|online softmax|\btil(?:e|ed|ing)\b|checkpoint|parallel|\bGPU|\bscan\b|sequential|\bheads?\b|\bbatch|\bFFT\b|quantiz|positive|orthogonal|FAVOR",
    re.I,
)
AGAIN = re.compile(r"\bna[iï]ve|scratch|afresh|recomput\w+|rebuil\w+|\banew\b|every time", re.I)
STATE = re.compile(
    r"\bstates?\b|\bS and Z\b|\bsums\b|\bcarr(?:y|ies|ied)\b|\bkept\b|\bkeeps?\b|\bdecod\w+", re.I
)
LISTED = re.compile(r",|;|\+|&|\band\b|\bplus\b|\bwith\b", re.I)
A_SIDE = re.compile(
    r"\W*(?:(?:all|the|of|N|together|both|each|in|one) )*\W*(?:Q|K|quer(?:y|ies)|keys?|together|both|first|second)\b\W*(?:features?|sides?|together)?\W*",
    re.I,
)
BOTH_SIDES = re.compile(
    r"\b(?:Q|quer(?:y|ies))\b\s*(?:and|,|&|/|\+|as well as)\s*(?:(?:of|the|all|N) )*(?:K|keys?)\b|\b(?:K|keys?)\b\s*(?:and|,|&|/|\+|as well as)\s*(?:(?:of|the|all|N) )*(?:Q|quer(?:y|ies))\b|\b(?:both|two)\b(?: random| the)? projections?\b|\bprojections?,? (?:both|two|together)\b"
)
SEVERAL_PROJECTED = re.compile(r"\bprojections\b|\bprojecting\b|\bproject\b", re.I)
TWO_OF_THEM = re.compile(r"\b(?:both|two|twice)\b", re.I)
ONE_SIDE = re.compile(r"\b(?:Q|K|X|q|k|x|quer(?:y|ies)|keys?)\b(?!\s*(?:weights?|factors?))")
_WAYS: tuple[tuple[Thing, re.Pattern[str]], ...] = (
    (Thing.RANDOM, re.compile(r"\brandom\b|\bfourier\b|\brff\b|\brfa\b|frequenc|\bsines?\b|\btrigonometric\b|\bdirections\b", re.I)),
    (Thing.CUBIC, re.compile(r"\bcubic\b|\bdegree[- ](?:3|three)\b|\bdeg\.? 3\b", re.I)),
    (Thing.POLYNOMIAL, re.compile(r"\bpoly\w*|\bdegree\b|\bdeg\.?\b|\bmonomials?\b|\bquadratic (?:kernel|features?|map|polynomial)\b|\bsquared (?:kernel|features?|dot)|\bsecond[- ]order\b|\+\s*1\s*\)\s*(?:²|\^)", re.I)),
    (Thing.SOFTMAX, re.compile(r"\bsoft-?max\b|\bexact attention\b|\b(?:standard|vanilla|full|ordinary|plain|usual|quadratic|dot[- ]product) (?:self-)?attention\b|^\W*(?:standard|vanilla|full|ordinary)\W*$", re.I)),
    (Thing.LINEAR, re.compile(r"\blinear(?:i[sz]ed)?\b|\bkerneli[sz]ed\b|\bkernel (?:attention|trick|form|version)\b|\bfeature maps?\b|\bφ\b|\bfeatures\b|\bprefix sums?\b|\brecurren\w+\b", re.I)),
)  # fmt: skip


@dataclass(frozen=True)
class Asked:
    """What some words ask for; `running` where a decoder's state is meant, `given` where the features are there already."""

    measure: Measure | None = None
    reach: Reach = Reach.OPEN
    running: bool = False
    given: bool = False
    things: tuple[Thing, ...] = ()
    loose: bool = False  # one size alone, a measurement or a remark
    near_running: bool = False  # whether only what stands over the table speaks of a decoder
    sides_open: bool = False  # whether "projections" may be those of the queries, of the keys or of both
    partly: bool = False  # whether it lists something that is not known
    two: bool = False  # whether it speaks of two things
    weak: bool = False  # whether its measure is only guessed: "cost", "size", "numbers"


def asked_by(words: str) -> Asked:
    """What a title or a label asks for.

    >>> asked_by("numbers a causal decoder keeps after step i").measure
    <Measure.KEPT: 'numbers'>
    >>> asked_by("multiplications per token").reach
    <Reach.ONE: 'one token'>
    """
    plain = normal(words)
    if not plain.strip():
        return Asked()
    reach = Reach.ONE if ONE.search(plain) else Reach.ALL if ALL.search(plain) else Reach.OPEN
    things = tuple(
        thing
        for thing in read_things(plain).things
        if thing not in {Thing.WHOLE, Thing.TOTAL, Thing.OUTPUTS, Thing.MASK, Thing.CAUSAL}
    )
    measure, weak = _measure(plain)
    once = things.count(Thing.PROJECTIONS) == 1
    both = once and BOTH_SIDES.search(plain) is not None
    if both:
        place = things.index(Thing.PROJECTIONS)
        things = (*things[:place], Thing.PROJECTIONS, *things[place:])
    return Asked(
        measure,
        reach,
        bool(RUNNING.search(plain)),
        bool(GIVEN.search(plain)),
        things,
        bool(IN_ONE_SIZE.search(plain) or NO_ANSWER.search(plain)),
        weak=weak,
        sides_open=once and not both and bool(SEVERAL_PROJECTED.search(plain)) and not ONE_SIDE.search(plain),
        partly=_lists_unknown(plain),
        two=TWO_OF_THEM.search(plain) is not None,
    )


def _lists_unknown(plain: str) -> bool:
    """Whether a list of steps has a member that names no step: `projections, scaling and φ(Q)Z`."""
    members = [one for one in LISTED.split(plain) if one.strip()]
    named = [bool(read_things(one).things) for one in members]
    return (
        len(members) > 1
        and any(named)
        and not all(known or A_SIDE.fullmatch(one) for one, known in zip(members, named, strict=True))
    )


def _measure(plain: str) -> tuple[Measure | None, bool]:
    """The measure that words name, and whether they name it by a word that may mean another."""
    for pattern, measure in (
        (STRONG_TIME, Measure.TIME),
        (LENGTH, Measure.LENGTH),
        (STRONG_KEPT, Measure.KEPT),
        (STRONG_SHAPE, Measure.SHAPE),
    ):
        if pattern.search(plain):
            return measure, False
    for pattern, measure in ((WEAK_TIME, Measure.TIME), (SHAPE, Measure.SHAPE), (WEAK_KEPT, Measure.KEPT)):
        if pattern.search(plain):
            return measure, True
    return None, True


def merged(title: Asked, label: Asked, around: Asked) -> Asked:
    """What a cell answers: its column's title first, then its row's label, then what stands over the table."""
    told = [one for one in (title, label, around) if one.measure is not None]
    first = next((one for one in told if not one.weak), told[0] if told else title)
    if first is around and told[0] is not around and around.measure is not Measure.TIME:
        first = told[0]  # "memory" over the table makes no memory of its column "cost"
    reach = next((one.reach for one in (title, label, around) if one.reach is not Reach.OPEN), Reach.OPEN)
    return replace(
        title,
        measure=first.measure,
        weak=first.weak,
        reach=reach,
        running=title.running or label.running,
        near_running=around.running,
        given=title.given or label.given or around.given,
        things=(*title.things, *label.things),
        loose=title.loose or label.loose,
        sides_open=title.sides_open or label.sides_open,
        partly=title.partly or label.partly,
        two=title.two or label.two,
    )


def way_of(words: str) -> Thing | None:
    """The one way to attention that a label names; None where it names none, several, or one that is not the course's.

    >>> way_of("$R$ frequencies"), way_of("softmax with a cache"), way_of("sliding window softmax")
    (<Thing.RANDOM: 'random-feature attention'>, <Thing.SOFTMAX: 'softmax attention'>, None)
    """
    plain = normal(words)
    if OTHER.search(plain):
        return None
    named = [way for way, pattern in _WAYS if pattern.search(plain)]
    if len(named) > 1 and Thing.LINEAR in named:
        named.remove(Thing.LINEAR)  # "random features, linear form"
    if named == [Thing.RANDOM, Thing.SOFTMAX]:
        named = [Thing.RANDOM]  # "softmax by random features"
    return named[0] if len(named) == 1 else None


__all__ = ["AGAIN", "OTHER", "PEAK", "STATE", "Asked", "Measure", "Reach", "asked_by", "merged", "way_of"]
