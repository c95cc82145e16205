# ruff: noqa: E501 -- a pattern stays on one line
"""Outputs with and without the causal mask compared: the last position sees the same keys either way."""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np

from grader.verify.claim import Kind, Method, Spanned, refuted, verified
from grader.verify.worked.claims import Scene
from grader.verify.worked.evaluation import Array, written
from grader.verify.worked.judging import Held
from grader.verify.worked.kernel_words import CAUSAL, FULL
from grader.verify.worked.nouns import ORDINALS
from grader.verify.worked.surroundings import readings_of

_OUTPUT = r"(?:the\s+)?(?:(?P<word>first|second|third|fourth|fifth|last|final)\s+(?:causal\s+|non-causal\s+|masked\s+|unmasked\s+)?output|(?:causal\s+|non-causal\s+)?(?:output\s+)?o_\{?(?P<digit>\d)\}?|(?:causal\s+)?output\s+(?P<number>\d))"
_SAME = r"(?:(?:is|are|stays?|remains?|comes out)\s+(?:exactly\s+|also\s+|still\s+)?(?:the same|equal|identical|unchanged)|agrees?|coincides?|equals?|matches|does(?:n['’]t| not) (?:differ|change))"
_OTHER = r"(?:differs?|is (?:different|not the same|another)|are different|changes?|does(?:n['’]t| not) (?:agree|equal|match|coincide))"
COMPARED = re.compile(
    rf"{_OUTPUT}(?P<of>[^.;:=]{{0,40}}?)\s+(?:(?P<same>{_SAME})|(?P<other>{_OTHER}))(?P<with>[^.;:]{{0,80}})",
    re.I,
)
UNREAL = re.compile(
    r"\bif\b|\bwould\b|\bwere\b|\bmight\b|\bmay\b|\bcould\b|\?|\bquer(?:y|ies)\b|\bwhen(?:ever)?\b|\bvalues? (?:change|is|are)|\breplac|\bchang(?:e|ing) (?:the|k|v|q)",
    re.I,
)
BOTH = re.compile(
    r"\bboth (?:forms|cases|ways|versions|variants)\b|\bwith (?:and|or) without (?:the |a )?mask|\beither way\b",
    re.I,
)


def comparisons(plain: str, scene: Scene) -> Iterator[Spanned]:
    """(start, end, ruling) of `the third causal output differs from the non-causal one`."""
    if UNREAL.search(plain):
        return
    for found in COMPARED.finditer(plain):
        both = CAUSAL.search(found.group()) and FULL.search(found.group())
        if not (both or BOTH.search(found.group())):
            continue
        outputs = [_outputs(scene, causal=causal) for causal in (True, False)]
        if outputs[0] is None or outputs[1] is None or len(outputs[0]) != len(outputs[1]):
            continue
        place = _place(found, len(outputs[0]))
        if place is None:
            continue
        causal, full = outputs[0][place], outputs[1][place]
        same = bool(np.allclose(causal, full))
        says = f"output {place + 1} is {written(causal)} with the causal mask and {written(full)} without it"
        end = found.end()
        if same == bool(found.group("same")):
            yield found.start(), end, verified(Kind.ARITHMETIC, says, Method.COUNT)
        else:
            witness = {"causal": written(causal), "not causal": written(full), "position": place + 1}
            yield found.start(), end, refuted(Kind.ARITHMETIC, says, Method.COUNT, witness)


def _place(found: re.Match[str], length: int) -> int | None:
    word = found.group("word")
    if word is not None:
        number = ORDINALS.get(word.lower(), length)
    else:
        number = int(found.group("digit") or found.group("number"))
    return number - 1 if 1 <= number <= length else None


def _outputs(scene: Scene, *, causal: bool) -> Array | None:
    """All outputs, where only one reading gives them values."""
    readings = readings_of(scene.example, scene.document, scene.around, causal, None)
    values = Held(scene.example, readings, scene.document.names).values(
        lambda attention: attention.all_outputs()
    )
    if not values or any(
        not np.allclose(value, values[0][1]) for _, value in values if value.shape == values[0][1].shape
    ):
        return None
    return values[0][1]


__all__ = ["comparisons"]
