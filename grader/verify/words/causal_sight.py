"""Who sees whom under a causal mask, in words: `position i sees the keys up to i`, `replacing v_3 leaves output 1`.

Output i sums over j ≤ i. A statement is read (`sight_words`) as positions on one side and positions on the other, each
a set that may depend on the first; it holds if it holds for every position that is meant, in a few tokens.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from grader.verify.claim import Judged, Kind, Method, Spanned, refuted, verified
from grader.verify.reading.plain_signs import plain_signs
from grader.verify.words.sight_words import (
    ALSO,
    ANY,
    AT_PLACE,
    BOTH_WAYS,
    CHANGE,
    COMPARED,
    ELSEWHERE,
    ENTERS,
    HIDDEN,
    IS_VALUE,
    LENGTH,
    MASK_HIDES,
    MASKING,
    NOTHING_CHANGES,
    OUTPUTS,
    PASSIVE,
    REACHES,
    RELATIVE,
    SCOPE,
    SEGMENT,
    SHORTEST,
    SIGHT,
    SO,
    UNMASKED,
    UNREAL,
    Positions,
    between,
    is_plain_beside,
    named_positions,
    observing_positions,
    sequence_length,
    set_at,
)

# "if v_3 were changed, o_2 would change": what follows from a change
WOULD_CHANGE = re.compile(
    r"\bwould(?= (?:also |still |not )*(?:change|differ|move|stay|remain|be (?:un)?(?:changed|affected)))",
    re.I,
)
NEAR = 400
NO_MASK = re.compile(
    r"\bwithout (?:the |a |any )?(?:causal )?mask|\bbidirectional|\b(?:non-?causal|unmasked) attention", re.I
)
ONE_POSITION = re.compile(r"\b(?:last|final|first|second|third|middle)\b|\b\w+ (?:\d+|N)\b|_\{?\d", re.I)


def causal_sight(sentence: str, before: str) -> Iterator[Spanned]:
    """(start, end, ruling) of each statement about who sees whom, or whom a change reaches.

    >>> told = "Under the causal mask position i sees the keys with j < i and not its own."
    >>> [judged.ruling.value for _, _, judged in causal_sight(told, "")]
    ['refuted']
    """
    plain, places = plain_signs(sentence)
    past = plain_signs(before[-1500:])[0]
    if not SCOPE.search(f"{past} {plain}") or ELSEWHERE.search(
        WOULD_CHANGE.sub(" ", plain) if CHANGE.search(plain) else plain
    ):
        return
    if re.search(r"\bwithout (?:a |the |any )?causal mask", plain, re.I):
        return  # of what is without it something else holds
    if not SCOPE.search(plain) and _left_the_mask(past[-NEAR:]):
        return
    given = [int(found) for found in LENGTH.findall(f"{past[-600:]} {plain}")]
    at = 0
    # "S_i is read after the update, so token i enters its own output"
    ends = [*SEGMENT.finditer(plain), *(() if UNREAL.search(plain) else SO.finditer(plain))]
    for cut in (*sorted(ends, key=lambda end: end.start()), None):
        end = cut.start() if cut is not None else len(plain)
        text = plain[at:end]
        length = given[-1] if given and given[-1] > 1 else 0
        for first, last, judged in _statements(text, length):
            if re.match(r"\W*it\b", text[first:last], re.I) and ONE_POSITION.search(plain[: at + first]):
                continue  # "the last output is the same with a mask, because it sees every key"
            yield places[at + first], places[at + last], judged
        at = cut.end() if cut is not None else end


def _left_the_mask(past: str) -> bool:
    """Whether the words before speak last of attention without a mask: `attention of three tokens without a mask`."""
    without = [found.end() for found in NO_MASK.finditer(past)]
    causal = [found.end() for found in SCOPE.finditer(NO_MASK.sub(lambda one: " " * len(one.group()), past))]
    return bool(without) and max(causal, default=0) < without[-1]


def _statements(text: str, length: int) -> Iterator[Spanned]:
    masked = UNMASKED.search(text) is None
    relative = RELATIVE.search(text)
    if relative is not None and bool(relative.group("yes")) != bool(relative.group("no")):
        yield from _relative(relative, text, masked)
        return
    hides = MASK_HIDES.search(text)
    if hides is not None:
        holds = hides.group("later") is not None
        if is_plain_beside(text, hides.start(), hides.end()):
            yield hides.start(), hides.end(), _ruling(holds, ANY, SHORTEST, True)
        return
    enters = ENTERS.search(text)
    if enters is not None:
        yield from _enters(enters, text, length, masked)
        return
    value = IS_VALUE.search(text)
    if value is not None and masked:
        yield from _value(value, text, length)
        return
    compared = (
        BOTH_WAYS.search(text)
        or NOTHING_CHANGES.search(text)
        or COMPARED.search(text)
        or MASKING.search(text)
    )
    if compared is not None:
        yield from _compared(compared, text, length)
        return
    change = CHANGE.search(text)
    if change is not None:
        yield from _reached(change, text, length, masked)
        return
    hidden = HIDDEN.search(text)
    sight = SIGHT.search(text)
    if sight is not None:
        yield from _seen(sight, text, length, masked)
    elif hidden is not None:
        yield from _hidden(hidden, text, length, masked)


# -- what is said ------------------------------------------------------------------------------------------------------


def _seen(sight: re.Match[str], text: str, given: int, masked: bool) -> Iterator[Spanned]:
    told = observing_positions(sight.groupdict(), "o", given)
    what = set_at(text, sight.end())
    if told is None or what is None:
        return
    positions, length = told
    exactly = (
        bool(sight.group("only"))
        or re.search(r"\b(?:only|just|exactly|solely|nothing but)\b", sight.group(), re.I) is not None
    )
    only = (
        re.search(r"^(?:only|just|exactly|nothing but)\b|\bonly\b", text[what.start : what.end], re.I)
        is not None
    )
    nobody = re.match(r"no\b|none\b", sight.group(), re.I) is not None
    if nobody and (sight.group("no") or exactly or only):
        return
    yes = sight.group("no") is None and not nobody
    claims: list[tuple[Positions, bool, bool]] = [(what.of, yes, exactly or only or (what.exact and yes))]
    end = what.end
    tail = re.compile(r"\s*(?:only|alone)\b", re.I).match(text, end)
    if tail:
        claims[0], end = (claims[0][0], claims[0][1], True), tail.end()
    more = ALSO.match(text, end)
    while more is not None:
        other = set_at(text, more.end())
        if other is None:
            break
        positive = more.group("no") is None and yes
        if positive and claims[0][2]:
            first = claims[0][0]
            claims[0] = (_both(first, other.of), True, claims[0][2])
        else:
            claims.append((other.of, positive, False))
        end = other.end
        more = ALSO.match(text, end)
    if not is_plain_beside(text, sight.start(), end):
        return

    def holds(i: int) -> bool:
        seen = between(1, i) if masked else between(1, length)
        return all(_fits(of(i, length), seen, yes, exact) for of, yes, exact in claims)

    verdicts = {holds(i) for i in positions}
    if len(verdicts) != 1:
        return
    if verdicts == {False} and masked and not given and len(positions) == 1 and positions[0] > 2:
        (last,) = positions
        if all(_fits(of(last, last), between(1, last), yes, exact) for of, yes, exact in claims):
            return  # "position 3 sees everything" holds of three tokens
    yield sight.start(), end, _ruling(verdicts.pop(), positions[-1], length, masked)


def _both(first: Positions, second: Positions) -> Positions:
    return lambda i, n: first(i, n) | second(i, n)


def _fits(named: frozenset[int], seen: frozenset[int], yes: bool, exact: bool) -> bool:
    if not yes:
        return not named & seen
    return named == seen if exact else bool(named) and named <= seen


def _ruling(holds: bool, position: int, length: int, masked: bool) -> Judged:
    seen = list(range(1, position + 1)) if masked else list(range(1, length + 1))
    says = (
        "output i sums over j ≤ i, itself included and nothing later"
        if masked
        else "without a mask every position sees all"
    )
    if holds:
        return verified(Kind.FACT, says, Method.COUNT)
    return refuted(Kind.FACT, says, Method.COUNT, {"tokens": length, "position": position, "sees": seen})


def _hidden(hidden: re.Match[str], text: str, given: int, masked: bool) -> Iterator[Spanned]:
    told = observing_positions(hidden.groupdict(), "o", given)
    start = hidden.start("what")
    what = next(
        (
            one
            for place in range(start, hidden.end("what"))
            if (place == start or not text[place - 1].isalnum())
            and (one := set_at(text, place)) is not None
            and one.end == hidden.end("what")
        ),
        None,
    )
    if told is None or what is None or not is_plain_beside(text, what.start, hidden.end()):
        return
    positions, length = told
    yes = hidden.group("yes") is not None
    verdicts = {
        _fits(what.of(i, length), between(1, i) if masked else between(1, length), yes, False)
        for i in positions
    }
    if len(verdicts) == 1:
        yield what.start, hidden.end(), _ruling(verdicts.pop(), positions[-1], length, masked)


def _reached(change: re.Match[str], text: str, given: int, masked: bool) -> Iterator[Spanned]:
    groups = {key: value for key, value in change.groupdict().items() if value}
    if change.group("any"):
        places, length = [ANY], sequence_length([], given)
    else:
        named = named_positions(groups, "c", given) or named_positions(groups, "d", given)
        if named is None or len(named[0]) != 1:
            return
        places, length = named
    effect = REACHES.match(text, change.end())
    passive = None if effect else PASSIVE.search(text[: change.start()])
    found = effect or passive
    if found is None:
        return
    said = {key: value for key, value in found.groupdict().items() if value}
    numbers = [int(one) for one in re.findall(r"\d+", found.group())]
    length = given or max([length, *(one + 1 for one in numbers)])
    outputs = next(
        (one for prefix in ("", "l", "n", "m") if (one := _outputs(said, prefix, length)) is not None), None
    )
    if outputs is None:
        return
    start, end = min(change.start(), found.start()), max(change.end(), found.end())
    if found is effect:
        start += len(text[start:end]) - len(text[start:end].lstrip())
    nobody = re.match(r"\W*(?:then )?no\b", found.group(), re.I) is not None
    tail = re.compile(r"\s*(?:only|alone)\b", re.I).match(text, found.end()) if found is effect else None
    if tail is not None:
        said["only"], end = "only", tail.end()
    changes = ("changes" in said or "mchanges" in said) != nobody
    only = "only" in said or "only2" in said
    if not is_plain_beside(text, start, end):
        return
    query = re.search(r"\bquer(?:y|ies)\b", change.group(), re.I) is not None
    verdicts = set()
    for place in places:
        reached = frozenset({place}) if query else between(place, length) if masked else between(1, length)
        claimed = outputs(place, length)
        if not claimed:
            return
        verdicts.add(claimed == reached if only else claimed <= reached if changes else not claimed & reached)
    holds = verdicts.pop()
    says = (
        f"output i sums over j ≤ i: a change at {places[0]} reaches the outputs from {places[0]} on and no other"
        if masked and not query
        else "output i alone has query i"
        if query
        else "without a mask every output sees every token"
    )
    if holds:
        yield start, end, verified(Kind.FACT, says, Method.COUNT)
    else:
        witness = {
            "tokens": length,
            "changed": places[0],
            "outputs that change": sorted(
                frozenset({places[0]})
                if query
                else between(places[0], length)
                if masked
                else between(1, length)
            ),
            "stated": " ".join(text[start:end].split()),
        }
        yield start, end, refuted(Kind.FACT, says, Method.COUNT, witness)


def _outputs(said: dict[str, str], prefix: str, length: int) -> Positions | None:
    for place, (_, of) in enumerate(OUTPUTS):
        if f"{prefix}s{place}" in said:
            return of
    if f"{prefix}from" in said:
        first = int(said[f"{prefix}from"])
        return lambda _p, n: between(first, n)
    named = named_positions(said, f"{prefix}e", length)
    if named is None:
        return None
    last = (
        said.get(f"{prefix}erank", "").lower() == "last"
        or f"{prefix}en" in said
        or said.get(f"{prefix}eletter", "1").isalpha()
    )
    numbers = frozenset(named[0])
    return (lambda _p, n: frozenset({n})) if last else (lambda _p, _n: numbers)


def _relative(found: re.Match[str], text: str, masked: bool) -> Iterator[Spanned]:
    """`later tokens have no influence on earlier outputs`."""
    leaves = (found.group("no") or "").lower().startswith("leave")
    if leaves != bool(found.group("same")) or not is_plain_beside(text, found.start(), found.end()):
        return
    denied = (found.group("no") is not None) != (found.group("nobody") is not None)
    if found.group("no") and found.group("nobody"):
        return
    reaches = not masked or (found.group("earlier") is not None and found.group("before") is None)
    if found.group("later") is not None and found.group("after") is not None:
        return  # a later token and a later output may stand in any order
    if found.group("earlier") is not None and found.group("before") is not None:
        return
    yield found.start(), found.end(), _ruling(reaches != denied, ANY, SHORTEST, masked)


def _enters(found: re.Match[str], text: str, given: int, masked: bool) -> Iterator[Spanned]:
    """`token i itself enters its output`."""
    by_itself = {**found.groupdict(), "generic": found.group("generic") or found.group("own")}
    told = observing_positions(by_itself, "o", given)
    own = re.search(
        r"itself|own|current|(?:token|key|position|value) (?-i:[it])\b", found.group("what"), re.I
    )
    what = (lambda i, _n: frozenset({i})) if own else None
    if what is None:
        named = set_at(found.group("what"), 0)
        what = named.of if named is not None else None
    if told is None or what is None or not is_plain_beside(text, found.start(), found.end()):
        return
    no = found.group("no") is not None or re.search(r"\bis not\b", found.group(), re.I) is not None
    no = no != (found.group("out") is not None)
    positions, length = told
    verdicts = {
        _fits(what(i, length), between(1, i) if masked else between(1, length), not no, False)
        for i in positions
    }
    if len(verdicts) == 1:
        yield found.start(), found.end(), _ruling(verdicts.pop(), positions[-1], length, masked)


def _value(found: re.Match[str], text: str, given: int) -> Iterator[Spanned]:
    """`the first output is v_1`: a single key has the weight 1."""
    told = observing_positions(
        {key[1:]: value for key, value in found.groupdict().items() if key.startswith("x")}, "o", given
    )
    if told is None or not is_plain_beside(text, found.start(), found.end()):
        return
    positions, _ = told
    if positions == [1]:
        holds = found.group("first") is not None or found.group("own") is not None
    elif found.group("mean") or found.group("none"):
        return
    else:
        holds = False
    denied = found.group("not") is not None
    says = "the first output sees the first key only, with the weight 1; a later one sees several"
    if holds != denied:
        yield found.start(), found.end(), verified(Kind.FACT, says, Method.COUNT)
    else:
        yield (
            found.start(),
            found.end(),
            refuted(
                Kind.FACT,
                says,
                Method.COUNT,
                {
                    "output 1": "v_1",
                    "output 2": "a mean of v_1 and v_2",
                    "stated": " ".join(found.group().split()),
                },
            ),
        )


RANK = re.compile(
    r"\b(?:second|third|fourth|fifth|sixth|\d+(?:nd|rd|th)|(?:row|output|position|token) (?!1\b)\d+)\b",
    re.IGNORECASE,
)


def _compared(found: re.Match[str], text: str, given: int) -> Iterator[Spanned]:
    groups = {key[1:] if key.startswith("x") else key: value for key, value in found.groupdict().items()}
    at_place = AT_PLACE.search(text)
    if groups.get("plain") or (at_place is not None and groups.get("generic")):
        if at_place is None:
            return
        place = at_place.group("place")
        length = sequence_length([], given)
        told: tuple[list[int], int] | None = ([length if not place.isdigit() else int(place)], length)
    else:
        told = observing_positions(groups, "o", given)
    if told is None or (found.re is MASKING and "leaves" in found.group().lower() and not groups.get("end")):
        return
    positions, length = told
    same = groups.get("same") is not None
    verdicts = {(position == length) == same for position in positions}
    if len(verdicts) != 1 or not is_plain_beside(text, found.start(), len(text)):
        return
    if verdicts == {False} and not given and RANK.search(found.group()):
        return  # "the third" may be the last
    says = "the last output sums over all keys with the mask as without it, an earlier one over fewer"
    if verdicts.pop():
        yield found.start(), found.end(), verified(Kind.FACT, says, Method.COUNT)
    else:
        position = positions[0]
        witness = {
            "tokens": length,
            "output": position,
            "keys with the mask": position,
            "keys without": length,
        }
        yield found.start(), found.end(), refuted(Kind.FACT, says, Method.COUNT, witness)


__all__ = ["causal_sight"]
