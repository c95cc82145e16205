# ruff: noqa: E501 -- a pattern stays on one line
"""Which outputs of causal attention a change of one token reaches: its own and all after it, and no earlier one."""

from __future__ import annotations

import re
from collections.abc import Iterator

from grader.verify.claim import Kind, Method, Spanned, refuted, verified

LENGTH = 100  # positions are 1 to N; numbers in the text are smaller
_INPUT = r"(?:tokens?|keys?|values?|inputs?|queries|query|positions?|words?)"
CHANGE = re.compile(
    rf"\b(?:chang(?:ing|es? (?:of|in|to))|perturbing|altering|modifying|replacing|editing)\s+(?:only\s+)?(?:the\s+)?(?:(?P<word>first|last)\s+{_INPUT}(?:\s+(?:and|or)\s+{_INPUT})?(?:\s+vector)?|{_INPUT}\s+\$?(?P<number>\d{{1,2}}|N)\$?|\$?[kvKVx]_\{{?(?P<letter>N|\d{{1,2}})\}}?\$?)",
    re.I,
)
_OUT = r"(?:(?:causal|attention|masked)\s+)?(?:outputs?|rows?(?: of the output)?|positions?|results?)"
EFFECT = re.compile(
    rf"\s*,?\s*(?:(?P<only1>only\s+)?(?:changes|affects|influences|alters|moves|touches|reaches)\s+(?P<only2>only\s+|just\s+)?|(?P<leaves>leaves)\s+)"
    rf"(?:(?P<all>(?:all|every|each)(?:\s+of)?(?:\s+the)?(?:\s+(?:N|\d+))?\s+{_OUT})(?!\s+(?:from|after|before|\d))|the\s+(?P<end>first|last)\s+{_OUT}|(?:the\s+|all\s+)*(?P<side>earlier|previous|preceding|later|following|subsequent)\s+{_OUT}|(?:the\s+|all\s+)*{_OUT}\s+(?:at\s+(?:positions?\s+)?)?\$?(?P<a>\d{{1,2}})\$?(?:\s*(?:to|–|-|through|and)\s*\$?(?P<b>\d{{1,2}}|N)\$?)?)(?P<unchanged>\s+(?:unchanged|untouched|as (?:it|they) (?:is|are|was|were)|alone|the same))?",
    re.I,
)
OTHER = re.compile(
    r"\b(?:if|not|would|could|might|without the mask|unmasked|gradient|backward|feature|dimension|batch|query|queries)\b|n['’]t\b",
    re.I,
)


def causal_changes(sentence: str, before: str) -> Iterator[Spanned]:
    """`changing token 5 changes the outputs 1 to 4`.

    >>> told = "Under the causal mask changing token 5 leaves the outputs 1 to 4 unchanged."
    >>> [judged.ruling.value for _, _, judged in causal_changes(told, "")]
    ['verified']
    """
    if not re.search(r"causal|\bmask", f"{before[-1500:]} {sentence}", re.I) or OTHER.search(sentence):
        return
    for change in CHANGE.finditer(sentence):
        effect = EFFECT.match(sentence, change.end())
        if effect is None or bool(effect.group("leaves")) != bool(effect.group("unchanged")):
            continue
        place = _place(change.group("word") or change.group("number") or change.group("letter"))
        claimed = _claimed(effect, place)
        reached = set(range(place, LENGTH + 1))
        if not claimed:
            continue
        if effect.group("leaves"):
            holds = not claimed & reached
        elif effect.group("only1") or effect.group("only2"):
            holds = claimed == reached
        else:
            holds = claimed <= reached
        says = f"output i sums over j ≤ i: a change at {_shown(place)} reaches the outputs from {_shown(place)} on and no other"
        if holds:
            yield change.start(), effect.end(), verified(Kind.FACT, says, Method.COUNT)
        else:
            witness = {
                "changed": _shown(place),
                "first output that changes": _shown(place),
                "stated": effect.group().strip(),
            }
            yield change.start(), effect.end(), refuted(Kind.FACT, says, Method.COUNT, witness)


def _place(text: str) -> int:
    return {"first": 1, "last": LENGTH, "n": LENGTH}.get(text.lower(), 0) or int(text)


def _shown(place: int) -> str:
    return "N" if place == LENGTH else str(place)


def _claimed(effect: re.Match[str], place: int) -> set[int]:
    if effect.group("all"):
        return set(range(1, LENGTH + 1))
    if effect.group("end"):
        return {_place(effect.group("end"))}
    if effect.group("side"):
        earlier = re.match(r"e|pr", effect.group("side"), re.I)
        return set(range(1, place)) if earlier else set(range(place + 1, LENGTH + 1))
    first = int(effect.group("a"))
    return set(range(first, _place(effect.group("b") or effect.group("a")) + 1))


__all__ = ["causal_changes"]
