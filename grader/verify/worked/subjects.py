# ruff: noqa: E501 -- a pattern stays on one line
"""The quantity that words before a value name: `the squared distance of the two is`, `weights:`, `hence the second output is`."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np

from grader.verify.worked.kernel_words import causal_in, kernel_in
from grader.verify.worked.meanings import meanings_of, unnormalised
from grader.verify.worked.nouns import Noun
from grader.verify.worked.pairs import Meaning, three_parts
from grader.verify.worked.readings import Kernel
from grader.verify.worked.statements import FILLERS

_DETERMINER = r"(?:the|its|their|this|that|these|those|our|my|both|all|all the|all three|each|two|three|four|an?|corresponding|resulting|q['’]s|k['’]s)"
_ADJECTIVE = r"(?:corresponding|resulting|first|second|third|fourth|fifth|last|final|two|three|four|five|non-?causal|causal|masked|unmasked|bidirectional|full|softmax|linear|attention|new|whole|single|common|same|respective|individual)"
_COMPLEMENT = r"(?:\s+(?:of|between|for|at|from|with|to|in|on|under|over|with respect to))(?:\s+(?=are\b|is\b)|(?:\s+(?:the|this|that|these|those|its|our|both|all|any|each|it|them|pair|two|three|four|points|vectors|query|queries|keys?|values?|tokens?|positions?|row|rows|step|steps|index|and|softmax|Gaussian|kernel|attention|mask|causal|layer|linear|first|second|third|fourth|last|example|proposition|identity|equation|formula|step 3|values? above|above|below|i|j|q|k|v|x|y|φ|[qkvo]_\{?\w\}?|φ\([qk](?:_\w)?\)|\([qk](?:_\w)?, ?[qk](?:_\w)?\)|[ijt]\s?=\s?\d|\d|three|exponents?|features?|these (?:two|three)|two vectors|step 3|each other)\b\)?,?){1,7})"
_NOUN = "|".join(f"(?P<{noun.name}>{noun.value})" for noun in Noun)
CONNECT = rf"(?:\s*,)?\s*{FILLERS}(?:is|are|was|were|equals?|becomes?|comes?(?: out)?(?: to be| to| as| at)?|amounts? to|evaluates? to|turns? out (?:to be|as)|works? out (?:as|at|to)|gives?|makes?|yields?|reads?|has the values?|takes? the values?|of|:|=|≈|→|\||(?:to|with) \w+ decimals?(?: places)?:?|(?<=to)|(?<=give)|(?<=gives))?\s*(?:then|therefore|thus|hence|now|again)?\s*(?:to \w+ (?:decimals?|digits|places):?)?\s*{FILLERS}(?:≈\s*)?"
SUBJECT = re.compile(
    rf"(?P<left>^|[.,;:!?()–—→⇒✓•|-]|\b\w+)\s*(?P<np>(?:{_DETERMINER}\s+)?(?:{_ADJECTIVE}[ -]+){{0,4}}(?:{_NOUN})(?P<of>(?:{_COMPLEMENT}){{0,2}}))(?P<connect>{CONNECT})$",
    re.I,
)
# what may stand before a subject without changing what it is
STARTS = re.compile(
    r"(?:^|[.,;:!?(–—→⇒✓•|-]|\b(?:and|so|then|thus|hence|therefore|that|while|whereas|but|here|because|since|as|now|also|finally|get|gets|find|have|obtain|gives?|yields?|means?|where|with|for|because|again|consequently|accordingly|instead|check|once|note|causal|case|position|mask|together|first|second|us|me|compute|whose|has|from)|\d)\s*$",
    re.I,
)
# "this gives the output 3.5"
GIVES = re.compile(
    r"\b(?:gives?|yields?|gets?|obtains?|have|has|finds?|produces?|leads? to|results? in|receives?|carries)\s*$",
    re.I,
)
# "key 2 gets the weight 0.9"
RECEIVER = re.compile(
    r"\b(?:(?:key|value|token)\s+\d|[kv]_\{?\d\}?)\s+(?:gets?|receives?|has|carries)\s*$", re.I
)
# "at position 2 the output is", "for the keys above the weights are"
ADVERBIAL = re.compile(
    r"(?:^|[.;:(!?,]\s|\b(?:and|so|then|but|hence|while)\s)\W*(?:at|for|in|after|with|on|under|without|using|by)\s(?:(?!\b(?:is|are|was|gives?|we|have|half|twice|sum|minus|plus|times)\b)[^.;:!?]){1,70}$",
    re.I,
)
BARE = frozenset(
    {
        Noun.ESTIMATE,
        Noun.GAUSSIAN,
        Noun.ERROR,
        Noun.KERNEL,
        Noun.SUM_OF_EXPONENTS,
        Noun.PRODUCT_OF_FACTORS,
        Noun.FEATURE_PRODUCT,
    }
)  # "estimate 0.878"


@dataclass(frozen=True)
class Subject:
    """What words name: one quantity, or several between which they leave open which is meant."""

    noun: Noun
    meanings: tuple[Meaning, ...]
    doubts: tuple[Meaning, ...] = ()  # what loose words may mean as well: by these it is not refuted
    kernel: Kernel | None = None
    causal: bool | None = None
    any_fits: bool = False  # each of the meanings is a name for it: it holds by any of them
    start: int = 0


def subject_before(text: str, count: int) -> Subject | None:
    """The quantity that the words at the end of a text name; `count` is how many values follow.

    >>> subject_before("Hence the squared distance of the two is ", 1).noun.name
    'SQUARED_DISTANCE'
    >>> subject_before("and half the squared distance is ", 1) is None
    True
    """
    tail = text[-170:]
    found = None
    for start in _starts(tail):
        found = SUBJECT.match(tail, start)
        if found is not None:
            break
    if found is None:
        return None
    stands = tail[: found.start("np")]
    if not STARTS.search(ADVERBIAL.sub("; ", stands)):
        return None
    noun = next(one for one in Noun if found.group(one.name) is not None)
    phrase = found.group("np")
    joined = re.search(r"[A-Za-z:=≈→|]|\s{2}", found.group("connect")) or GIVES.search(stands)
    if not joined and (found.group("of") or noun not in BARE):
        return None
    adverbial = ADVERBIAL.search(stands) or RECEIVER.search(stands)
    meanings, any_fits = meanings_of(noun, f"{adverbial.group()} {phrase}" if adverbial else phrase, count)
    if not meanings:
        return None
    doubts = unnormalised(phrase, count) if noun is Noun.WEIGHT else ()
    return Subject(
        noun,
        meanings,
        doubts,
        kernel_in(phrase),
        causal_in(phrase),
        any_fits,
        len(text) - len(tail) + found.start("np"),
    )


def _starts(tail: str) -> list[int]:
    """Where a subject may begin: at words, the earliest first."""
    return [0, *(found.start() for found in re.finditer(r"[.,;:!?()–—→⇒✓•|-]|\b\w+", tail))]


FACTORS = ("the factor exp(‖q‖²/(2σ²))", "the Gaussian factor", "the factor exp(‖k‖²/(2σ²))")


def factor_subject(number: int, start: int) -> Subject:
    """The first, second or third of the three factors."""

    def one(meaning: Meaning) -> Meaning:
        return Meaning(FACTORS[number], lambda attention: np.asarray(meaning.of(attention)[number]))

    return Subject(Noun.FACTORS, tuple(map(one, three_parts(factors=True))), any_fits=True, start=start)


__all__ = ["Subject", "factor_subject", "subject_before"]
