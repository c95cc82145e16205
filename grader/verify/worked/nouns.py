# ruff: noqa: E501 -- a pattern stays on one line
"""The words for an example's quantities, and for the position that they speak of."""

from __future__ import annotations

import re
from enum import Enum


class Noun(Enum):
    """A quantity of an example, by the word for it."""

    INNER = r"(?:inner|dot|scalar)[ -]products?|products? q·k(?:_j)?|(?:scores?|logits?) before (?:the )?(?:scaling|division)"
    SQUARED_DISTANCE = r"squared (?:Euclidean )?(?:distances?|differences?)|distances? squared|distances?\^2|square of (?:the |their )distance"
    DISTANCE = r"distances?"
    SQUARED_LENGTH = r"squared (?:norms?|lengths?)|(?:norms?|lengths?) squared"
    LENGTH = r"norms?|lengths?"
    SUM_OF_EXPONENTS = r"sum of (?:the |these |all )?(?:three )?exponents|(?:exponents?|they) (?:add(?:s)?(?: up)?|sum(?:s)?(?: up)?) to|sum of (?:them|the exponents)|total exponent"
    SUM_OF_WEIGHTS = r"sum of (?:the |all |these )?(?:three |four |two |unnormali[sz]ed )?(?:weights|exponentials|kernel values)|(?:weights|exponentials|kernel values) (?:sum|add)(?: up)? to"
    KEY_EXPONENT = r"key(?:['’]s)? exponent|exponent (?:of the key(?: factor)?|(?:in|of) ψ(?:\(k(?:_\w)?\))?)"
    EXPONENTS = r"exponents"
    EXPONENT = r"exponent"
    SCALED_SCORE = r"(?:scores?|logits?) after (?:the )?(?:scaling|division)|(?:scaled|divided) (?:scores?|logits?|(?:inner|dot|scalar) products?)"
    SCORE = r"scores?|logits?"
    EXPONENTIAL = r"exponentials?|(?:unnormali[sz]ed|raw|kernel) (?:attention )?(?:weights?|values?|similarit(?:y|ies))|(?:weights?|kernel values?) before (?:the )?normali[sz](?:ation|ing)"
    WEIGHT = r"(?:Gaussian |normali[sz]ed |smoothing )?(?:weights?|coefficients?|probabilit(?:y|ies))(?: matrix)?|rows? of (?:the )?(?:weights?(?: matrix)?|A|attention matrix)"
    DENOMINATOR = r"denominators?|normali[sz](?:er|ers|ation|ing (?:constant|factor|sum))|partition functions?|row sums?"
    NUMERATOR = r"numerators?"
    DIFFERENCE_OF_OUTPUTS = r"difference of the (?:two )?outputs"
    OUTPUT = (
        r"outputs?(?: rows?| vectors?)?|attention results?|weighted (?:mean|average)s?(?: of the values)?"
    )
    OUTER_FACTORS = r"(?:outer|norm) (?:pre)?factors?"
    QUERY_FACTOR = r"query(?:['’]s)?[ -]?(?:side )?(?:factor|prefactor|term)|factor of (?:the )?(?:query|q)|first (?:outer )?factor"
    KEY_FACTOR = r"key(?:['’]s)?[ -]?(?:side )?(?:factor|prefactor|term|weight)|factor of (?:the )?(?:key|k)|(?:third|last) (?:outer )?factor"
    PRODUCT_OF_FACTORS = r"product of (?:the |all |these )?(?:three )?factors|(?:factors|they) (?:multiply (?:together |up )?(?:to|into)|have the product)|(?:their|whole) product"
    FACTORS = r"factors"
    MIDDLE = r"(?:middle|second|centre|central) (?:factor|piece|term)"
    GAUSSIAN = r"Gaussian(?: kernel)?(?: weight| factor| value| part)?|RBF(?: kernel)?(?: value)?|(?:true|exact) (?:Gaussian )?(?:kernel(?: value)?|value)|truth|exact kernel|kernel['’]s true value"
    ESTIMATE = r"(?:Monte[- ]Carlo |random[- ]feature |kernel |RFF )?(?:estimate[sd]?(?: value)?|approximation)|(?:average|mean) of (?:the |these )?(?:two |three |four )?cosines|their (?:average|mean)"
    ERROR = r"(?:absolute |estimation |approximation )?error"
    COSINES = r"cosines?"
    LEFT = r"left(?:-hand)? side|right(?:-hand)? side|both sides|softmax kernel(?: value)?|softmax weight before normali[sz]ation|unnormali[sz]ed softmax weight"
    SQUARED_KERNEL = (
        r"(?:polynomial|quadratic|squared|degree-2|second-order) kernel(?: value)?|kernel \(q·k ?\+ ?1\)\^2"
    )
    KERNEL = r"kernel(?: value)?"
    BANDWIDTH = r"bandwidth|standard deviation σ"
    VARIANCE = r"variance σ\^2|kernel variance"
    TERMS = r"(?:coordinate(?:wise)? |feature |six |ten |entrywise )*(?:products|terms)"
    FEATURE_PRODUCT = r"features give|feature maps? gives?|feature (?:inner |dot |scalar )?products?"


ORDINALS = {"first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5}
CARDINALS = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5}
_ORDINAL = r"(?P<word>first|second|third|fourth|fifth|last|final)"
_NUMBER = r"(?P<digit>\d|one|two|three|four|five)"
QUERY_INDEX = re.compile(
    rf"\b{_ORDINAL}\s+(?:causal |attention |non-?causal |linear )*(?:output|query|position|token|row|step|denominator|numerator|result)"
    rf"|\b(?:output|query|position|token|row|step|positions|i|t)\s*(?:=\s*)?{_NUMBER}\b|\bafter\s+(?P<after>\d|one|two|three|four|five)(?:\s+(?:positions?|tokens?|steps?|keys?))?\b|\b[oq]_\{{?(?P<of>\d)\}}?",
    re.I,
)
KEY_INDEX = re.compile(
    rf"\b{_ORDINAL}\s+(?:attention |softmax )*(?:key|weight|value|score|exponential)|\b(?:key|j|value)\s*(?:=\s*)?{_NUMBER}\b|\b[kv]_\{{?(?P<of>\d)\}}?",
    re.I,
)
LAST = -1


def index_in(pattern: re.Pattern[str], phrase: str) -> int | None:
    """The one position that words name; None if they name none or several.

    >>> index_in(QUERY_INDEX, "after two positions the output"), index_in(QUERY_INDEX, "outputs 1 and 2 at position 1")
    (2, 1)
    """
    found = {_number(one) for one in pattern.finditer(phrase)}
    return found.pop() if len(found) == 1 else None


def _number(found: re.Match[str]) -> int:
    parts = found.groupdict()
    word = parts.get("word")
    if word is not None:
        return ORDINALS.get(word.lower(), LAST)
    told = parts.get("digit") or parts.get("after") or parts.get("of") or "0"
    return CARDINALS[told.lower()] if told.lower() in CARDINALS else int(told)


__all__ = ["KEY_INDEX", "LAST", "ORDINALS", "QUERY_INDEX", "Noun", "index_in"]
