# ruff: noqa: E501 -- a pattern stays on one line
"""The papers' numbers beside the words for what they count: `around 40 faces per identity`, `NN2 only 7.5M`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from grader.verify.claim import Kind, Method, Spanned, refuted, verified
from grader.verify.networks.known import number, of_networks
from grader.verify.networks.papers import of_own_run
from grader.verify.reading.numerals import NUMERAL, value_of

REACH = 6000
_ABOUT = r"(?:about |around |roughly |approximately |some |only |just |~ ?|≈ ?)*"
_VALUE = rf"(?P<value>\d{{1,3}}(?:,\d{{3}})+|\d+(?:\.\d+)?|{NUMERAL})"


@dataclass(frozen=True)
class Number:
    """Words around a number of a paper, and the number."""

    words: re.Pattern[str]
    key: str
    says: str
    source: str
    scope: re.Pattern[str]


def _number(words: str, key: str, says: str, source: str, scope: str) -> Number:
    return Number(re.compile(rf"(?<![\w.,]){words}", re.I), key, says, source, re.compile(scope, re.I))


_FACENET = r"facenet|schroff|1503\.03832"
NUMBERS = (
    _number(
        rf"{_ABOUT}{_VALUE} (?:\w+ )?(?:faces?|images|exemplars|photos|pictures|examples) (?:per|of each|for each|of every|for every|of the same|of one) (?:identity|person|individual)(?: (?:in|per) (?:each|a|every|the) (?:mini-?)?batch)?",
        "faces_per_identity", "each mini-batch has around 40 faces per identity", "FaceNet, section 3.2", _FACENET,
    ),
    _number(
        rf"(?:mini-?batch(?:es)? (?:of|with|has|have|contains?|holds?|comprises?)|batch size (?:of|is|was)) {_ABOUT}{_VALUE}(?= (?:exemplars|faces|images|examples)\b(?! (?:per|of each|for each|of every)\b))",
        "batch_size", "a mini-batch has around 1,800 exemplars", "FaceNet, section 3.2", _FACENET,
    ),
    _number(
        r"(?P<value>64|128|256|512)(?:[- ](?:D|dim\w*)| dimensions)?(?: embeddings?)? (?:(?:is|are|was|were|gives?|gave|came|comes?|come|has|have|turned|turns|proved|proves|performs?|performed|works?|worked|yields?|reach(?:es)?) )(?:out |the |to be |their |its |a )*(?:best|highest|optimal|largest|top)(?: (?:VAL|validation rate|choice|size|one|value|result|of all|dimension\w*))*",
        "best_embedding_dimension", "VAL is best with 128 dimensions: 87.9", "FaceNet, Table 5", r"facenet|schroff|\bVAL\b|validation rate|embedding (?:size|dimension)",
    ),
    _number(
        r"embedding (?:size|dimension(?:ality)?|length)s?(?: (?:in|of) the (?:paper(?:['’]s)?|main|final)(?: (?:main|best|final|chosen))?(?: (?:experiments?|model|network|setting))?| (?:used|chosen|taken) (?:in|by) (?:the )?(?:paper|FaceNet|authors))? ?(?:is|was|are|=|:)(?: usually| always| mostly)? ?(?P<value>\d{2,4})(?! ?(?:%|images|pixels|MB|bytes|×|x))",
        "best_embedding_dimension", "the paper's embeddings have 128 dimensions", "FaceNet, section 5.4", _FACENET,
    ),
    _number(
        r"(?:embeddings?|faces?|face|image|vectors?|it|facenet)(?: of (?:a|each|one) (?:face|image))?(?: (?:in the paper['’]s|of the)? ?(?:best|final|main|chosen) model)? (?:has|have|consists? of|is (?:represented|described|encoded|given) by|are (?:represented|described|encoded) by|becomes?|is mapped to|represents? (?:a|each|every) face (?:by|as|with))(?: a vector (?:of|with)| (?:only|just))* (?P<value>\d{2,4})[- ](?:numbers|entries|components|coordinates|dimensions|floats|dimensional)(?! (?:in our|of our))",
        "best_embedding_dimension", "the paper's embeddings have 128 dimensions", "FaceNet, section 5.4", _FACENET,
    ),
    _number(
        r"(?:VAL|validation rate)s? (?:is|was|are|peaks|is found|lies)? ?(?:the )?(?:best|highest|largest|at its best|maximal|peaks)? ?(?<=t )(?:with|at|for|in) (?P<value>64|128|256|512)(?: dimensions|-dimensional|-D)?",
        "best_embedding_dimension", "VAL is best with 128 dimensions: 87.9", "FaceNet, Table 5", r"facenet|schroff|\bVAL\b|validation rate",
    ),
    _number(
        rf"{_VALUE} (?:nearest )?neighbou?rs(?! (?:agree|vote|have|are of|belong|of class))",
        "neighbours", "the paper's probes use k = 30", "Baldock et al. 2021, section 2", r"baldock|2106\.09647",
    ),
)  # fmt: skip
ANY_OTHER = re.compile(
    r"\b(?:if|would|could|suppose|say|e\.g|example|instance|toy|homework|exercise|our|my|we|I|similar|robust|instead|least|most|up to|or|of the)\b|\?",
    re.I,
)
PAPER = re.compile(r"\bpaper|authors|facenet|schroff|baldock|\bthey\b", re.I)


def numbers_told(sentence: str, before: str) -> Iterator[Spanned]:
    """(start, end, ruling) of each such number."""
    around = f"{before[-REACH:]} {sentence}"
    for one in NUMBERS:
        for found in one.words.finditer(sentence):
            if not one.scope.search(around) or of_own_run(sentence, before):
                continue
            value, exact = Fraction(value_of(found.group("value"))), number(one.key)
            says = f"{one.says} ({one.source})"
            if value == exact:
                yield found.start(), found.end(), verified(Kind.FACT, says, Method.TABLE)
            elif not ANY_OTHER.search(sentence) and PAPER.search(f"{before[-400:]} {sentence}"):
                witness = {"table": one.source, "value": f"{float(exact):g}", "stated": found.group("value")}
                yield found.start(), found.end(), refuted(Kind.FACT, says, Method.TABLE, witness)
    yield from _parameters_left_out(sentence)
    yield from _crops(sentence)


SIZE = re.compile(
    r"\b(?P<net>NN[1-4]|NNS[12])\b\s*(?:,|:|has|have|needs?|with|is at|comes? with|gets? by with|makes? do with)?\s*(?:only |just |about |roughly |a mere |some |around )*(?P<value>\d+(?:\.\d+)?)\s*(?P<unit>M\b|million\b|billion\b|B\b)(?!\s*(?:flop|multipl|operation|images|param|pixels))",
    re.I,
)


def _parameters_left_out(sentence: str) -> Iterator[Spanned]:
    """`NN1 has 140M parameters, NN2 only 7.5M`: what is counted stands with the first network."""
    named = re.search(r"\bparameters?\b|\bweights\b", sentence, re.I)
    if named is None or re.search(r"flop|multiply|\bif\b|\bour\b", sentence, re.I):
        return
    for found in SIZE.finditer(sentence, named.end()):
        if re.match(r"M|million", found.group("unit"), re.I) is None:
            continue
        fact = of_networks("parameters").get(found.group("net").upper())
        if fact is None:
            continue
        value, last = Fraction(found.group("value")) * 10**6, len(found.group("value").partition(".")[2])
        half = Fraction(10**6, 2 * 10**last)
        says = f"{found.group('net')} has {float(fact.low) / 10**6:g} million parameters ({fact.source})"
        if fact.low - half <= value <= fact.high + half:
            yield found.start(), found.end(), verified(Kind.FACT, says, Method.TABLE)
        elif not fact.low * Fraction(98, 100) <= value <= fact.high * Fraction(102, 100):
            witness = {"table": fact.source, "value": f"{float(fact.low):g}", "stated": found.group().strip()}
            yield found.start(), found.end(), refuted(Kind.FACT, says, Method.TABLE, witness)


CROP = re.compile(
    r"\b(?P<how>(?:fixed|cent(?:er|re))[- ](?:cent(?:er|re) )?crop(?:ping)?|(?:extra|additional|proprietary) (?:face )?align(?:ment|ing)|face alignment)(?P<gap>[^.;\d]{0,40}?)(?P<value>\d\d\.\d+)",
    re.I,
)


def _crops(sentence: str) -> Iterator[Spanned]:
    """`a fixed crop reached 98.87 %, the extra alignment 99.63 %`."""
    if not re.search(r"\bLFW\b|Labell?ed Faces", sentence, re.I) or re.search(
        r"\bif\b|YouTube|DeepFace|DeepID", sentence
    ):
        return
    for found in CROP.finditer(sentence):
        if re.search(r"\band\b|,", found.group("gap")):
            continue
        crop = "crop" in found.group("how").lower()
        exact, printed = number("lfw_accuracy_fixed_crop" if crop else "lfw_accuracy"), found.group("value")
        half = Fraction(1, 2 * 10 ** len(printed.partition(".")[2]))
        says = f"the accuracy on LFW {'with the fixed crop' if crop else 'with extra alignment'} is {float(exact):g} % (FaceNet, section 5.6)"
        if abs(Fraction(printed) - exact) <= half:
            yield found.start(), found.end(), verified(Kind.FACT, says, Method.TABLE)
        else:
            witness = {"table": "FaceNet, section 5.6", "value": f"{float(exact):g}", "stated": printed}
            yield found.start(), found.end(), refuted(Kind.FACT, says, Method.TABLE, witness)


__all__ = ["numbers_told"]
