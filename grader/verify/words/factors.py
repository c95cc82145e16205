# ruff: noqa: E501 -- a pattern stays on one line
"""Which factor of the softmax kernel cancels in the attention quotient, which stays, and under which condition.

exp(q·k/σ²) = exp(‖q‖²/(2σ²)) · G(q, k) · exp(‖k‖²/(2σ²)). The query's factor is common to all terms of both sums; the key's
is so only where all keys are of one norm; the Gaussian never is. A clause is read (`factor_words`) as a factor, a condition
and whether it cancels or stays; what else it says must be few harmless words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from grader.verify.claim import Judged, Kind, Method, Spanned, refuted, verified
from grader.verify.reading.plain_signs import plain_signs
from grader.verify.words.beside import blanked
from grader.verify.words.factor_words import (
    ATTRIBUTED,
    CAN_DROP,
    CANCELS,
    CANNOT_DROP,
    CONDITIONS,
    DOES_NOT,
    DROPPING,
    FREE,
    HINT,
    KEPT,
    LETTERS,
    LIKEWISE,
    LONGEST_SOURCE,
    MUST_KEEP,
    NAMED,
    NOTHING,
    PULLED,
    REMOVED,
    SCOPE,
    SEGMENT,
    SMOOTHINGS,
    SOMETHING,
    STAYS,
    SUBJECT,
    Factor,
    Norms,
    Said,
    first_factor,
    is_plain,
)


def factors(sentence: str, before: str, source: str = "") -> Iterator[Spanned]:
    """(start, end, ruling) of each statement that a factor cancels or stays; `source` is the text in which letters are set.

    >>> told = "The query's factor cancels in the attention quotient, and so does the key's factor."
    >>> [judged.ruling.value for _, _, judged in factors(told, "")]
    ['verified', 'refuted']
    """
    if not (HINT.search(sentence) or SMOOTHINGS.search(sentence)):
        return
    plain, places = plain_signs(sentence)
    past = plain_signs(before[-1500:])[0]
    around = f"{past} {plain}"
    if not SCOPE.search(around) or ATTRIBUTED.search(plain):
        return
    condition = _condition(plain)
    given = f"{past[-500:]} {plain}"
    smoothings = SMOOTHINGS.search(plain)
    if smoothings is not None:
        yield from _smoothings(smoothings, plain, condition, given, places)
        return
    around = f"{around} {plain_signs(source[:LONGEST_SOURCE])[0]}" if LETTERS.search(plain) else around
    told: list[Said] = []
    at = 0
    for cut in (*SEGMENT.finditer(plain), None):
        end = cut.start() if cut is not None else len(plain)
        text = plain[at:end]
        if text.strip():
            told += _segment(text, at, told, around, condition, past)
        at = cut.end() if cut is not None else end
    for one in told:
        judged = _judged(one, given)
        if judged is not None:
            yield places[one.start], places[one.end], judged


def _smoothings(
    found: re.Match[str],
    plain: str,
    condition: tuple[Norms, int, int] | None,
    given: str,
    places: Sequence[int],
) -> Iterator[Spanned]:
    """`softmax attention is smoothing with the Gaussian alone if all keys have one norm`."""
    spans = [found.span(), *([condition[1:]] if condition is not None else [])]
    norms = condition[0] if condition is not None else Norms.FREE
    if not is_plain(plain, spans) or (norms is Norms.FREE and FREE.search(given)):
        return
    other = found.group("other") or found.group("other2") or found.group("other3")
    start, end = min(one[0] for one in spans), max(one[1] for one in spans)
    said = Said(Factor.KEY, other is None, norms, start, end)
    judged = _judged(said, given)
    if judged is not None:
        yield places[start], places[end], judged


def _condition(plain: str) -> tuple[Norms, int, int] | None:
    """The one condition on the norms that a sentence has."""
    found = [
        (norms, hit.start(), hit.end()) for norms, pattern in CONDITIONS for hit in pattern.finditer(plain)
    ]
    return found[0] if len(found) == 1 else None


def _segment(
    text: str,
    at: int,
    told: Sequence[Said],
    around: str,
    condition: tuple[Norms, int, int] | None,
    past: str,
) -> list[Said]:
    """What one clause says."""
    blank = text
    norms = Norms.FREE
    spans: list[tuple[int, int]] = []
    if condition is not None and condition[1] < at + len(text) and at < condition[2]:
        start, end = max(condition[1] - at, 0), min(condition[2] - at, len(text))
        spans.append((start, end))
        blank = blanked(text, spans)
        norms = condition[0]
    elif condition is not None and condition[2] <= at and (not told or told[-1].end <= condition[1]):
        norms = condition[0]  # "if all keys have one norm, the factor cancels"
    like = LIKEWISE.match(blank)
    subject = _subject(blank, like.end() if like else 0, told, around, past, norms is Norms.KEYS)
    if subject is None:
        return []
    factor, start, end = subject
    spans.append((start, end))
    dropping = DROPPING.search(blank[:start])
    if (
        dropping is not None
        and CANNOT_DROP.search(blank[:start]) is None
        and CAN_DROP.search(blank[:start]) is None
    ):
        return _dropped(blank, at, subject, dropping, norms, spans)
    kept = KEPT.search(blank)
    if kept is not None and kept.start() <= start:
        if factor is Factor.GAUSSIAN or factor is Factor.QUERY:
            # what is left beside the Gaussian is the key's factor
            return (
                [Said(Factor.KEY, True, norms, at + kept.start(), at + kept.end())]
                if is_plain(blank, [kept.span(), *spans])
                else []
            )
        return []
    if like is not None and told:
        rest = DOES_NOT.match(blank, end)
        cancels = told[-1].cancels if like.group("so") else not told[-1].cancels
        if rest is None and is_plain(blank, [(0, like.end()), *spans]):
            return [
                Said(
                    factor,
                    cancels,
                    norms,
                    at + like.start() + len(like.group()) - len(like.group().lstrip(" ,")),
                    at + end,
                )
            ]
    verdict = _verdict(blank, end)
    removed = REMOVED.search(blank[:start])
    if verdict is None and removed is not None:
        verdict = (True, removed.start(), removed.end())
    for cancels, pattern in ((False, CANNOT_DROP), (True, CAN_DROP), (False, MUST_KEEP)):
        asked = pattern.search(blank[:start])
        if asked is not None:
            tail = PULLED.match(blank, end)
            verdict = (cancels, asked.start(), tail.end() if tail is not None else end)
            break
    if verdict is None:
        does = DOES_NOT.match(blank, end)
        if does is not None and told and is_plain(blank, [*spans, does.span()]):
            negated = re.search(r"not|n['’]t", does.group(), re.I) is not None
            return [Said(factor, told[-1].cancels != negated, norms, at + start, at + does.end())]
        return []
    cancels, first, last = verdict
    only = re.search(r"\bonly (?:the )?$", blank[:start], re.I)
    if only is not None:
        spans.append(only.span())
        if factor not in {Factor.QUERY, Factor.KEY}:
            return []
        # one cancels and the other stays: false of the wrong one by either half
        factor, cancels = (Factor.KEY, cancels) if factor is Factor.KEY else (Factor.QUERY, cancels)
    if not is_plain(blank, [*spans, (first, last)]):
        return []
    whole = [*((at + one, at + other) for one, other in [*spans, (first, last)])]
    if condition is not None and norms is condition[0]:
        whole.append(condition[1:])
    return [Said(factor, cancels, norms, min(one for one, _ in whole), max(other for _, other in whole))]


def _verdict(text: str, since: int) -> tuple[bool, int, int] | None:
    """Whether it is said to cancel, and where: the longest of the words right behind a subject."""
    gap = re.compile(
        r"(?:,? (?:which|that|who|however|on the other hand|by contrast|alone|itself|here|in the quotient|in the output|again|for its part|therefore|thus|hence|of course),?| \([^()]{0,40}\))*\s*(?:is |are )?",
        re.I,
    ).match(text, since)
    at = gap.end() if gap is not None else since
    best: tuple[bool, int, int] | None = None
    for place in {at, since + len(text[since:]) - len(text[since:].lstrip())}:
        for cancels, pattern in ((True, CANCELS), (False, STAYS)):
            found = pattern.match(text, place)
            if found is not None and found.end() > place and (best is None or found.end() > best[2]):
                negated = re.search(r"\b(?:never|no longer)\b", found.group(), re.I) is not None and cancels
                best = (cancels != negated, found.start(), found.end())
    return best


def _dropped(
    text: str,
    at: int,
    subject: tuple[Factor, int, int],
    dropping: re.Match[str],
    norms: Norms,
    spans: list[tuple[int, int]],
) -> list[Said]:
    """`leaving out the key factors changes nothing`."""
    for cancels, pattern in ((True, NOTHING), (False, SOMETHING)):
        found = re.compile(
            r"\s*(?:,? (?:therefore|thus|hence|then|however|as well|too|also),?)*\s*"
            f"(?:{pattern.pattern})",
            re.I,
        ).match(text, subject[2])
        if found is not None:
            if re.search(r"\bcost|time|memory|gradient", found.group()):
                return []
            return (
                [Said(subject[0], cancels, norms, at + dropping.start(), at + found.end())]
                if is_plain(text, [*spans, dropping.span(), found.span()])
                else []
            )
    return []


def _subject(
    text: str, since: int, told: Sequence[Said], around: str, past: str, keys_alike: bool
) -> tuple[Factor, int, int] | None:
    """The factor that a clause speaks of; None if it names none or several."""
    found = list(SUBJECT.finditer(text, since))
    named = [
        (factor, one.start(), one.end())
        for one in found
        if (factor := _factor(one, told, around, past, keys_alike)) is not None
    ]
    if not named:
        return None
    if len({factor for factor, _, _ in named}) > 1:
        # "the factor of the query depends on q only": the first is the subject
        later = [one for one in named[1:] if one[0] is not named[0][0]]
        if _verdict(text, named[0][2]) is None or any(
            one[1] < (_verdict(text, named[0][2]) or (0, 0, 0))[1] for one in later
        ):
            return None
    return named[0]


def _factor(
    found: re.Match[str], told: Sequence[Said], around: str, past: str, keys_alike: bool
) -> Factor | None:
    name = next((key for key, _ in NAMED if found.group(key) is not None), "")
    match name:
        case "both":
            return Factor.BOTH
        case "neither":
            return Factor.NEITHER
        case "query" | "key" | "scale" | "gaussian":
            return {
                "query": Factor.QUERY,
                "key": Factor.KEY,
                "scale": Factor.SCALE,
                "gaussian": Factor.GAUSSIAN,
            }[name]
        case "first" | "last":
            order = first_factor(past)
            if order is None:
                return None
            return order if name == "first" else Factor.KEY if order is Factor.QUERY else Factor.QUERY
        case "named":
            index = found.group("index") or {"q": "i", "k": "j"}[found.group("of")]
            letter = re.escape(found.groupdict()["letter"].split("_")[0].split("(")[0])
            of_factor = re.search(
                rf"(?<![\w\\]){letter}(?:_\{{?[ij]\}}?|\([qk](?:_\w)?\)) ?(?:·|\\,| )*(?:G|κ|g|K)(?![a-z])|(?:G|κ|g|K)\S{{0,12}} ?(?:·|\\,| )*{letter}(?:_\{{?[ij]\}}?|\([qk])|(?<![\w\\]){letter}(?:_\{{?[ij]\}}?|\([qk](?:_\w)?\)) ?:?= ?(?:exp|e ?\^)",
                around,
            )
            return (Factor.QUERY if index == "i" else Factor.KEY) if of_factor else None
        case _:
            told_of = {one.factor for one in told}
            if keys_alike and Factor.KEY in told_of:
                return Factor.KEY  # what would cancel then is what stays else
            return told[-1].factor if len(told_of) == 1 else _last_named(past) if not told else None


def _last_named(past: str) -> Factor | None:
    """The one factor that the sentence before speaks of."""
    last = re.split(r"(?<=[.!?])\s", past.strip())[-1] if past.strip() else ""
    named = {
        {"both": Factor.BOTH, "query": Factor.QUERY, "key": Factor.KEY}.get(
            next((key for key, _ in NAMED if one.group(key) is not None), "")
        )
        for one in SUBJECT.finditer(last)
    } - {None}
    return named.pop() if len(named) == 1 else None


def _judged(one: Said, given: str) -> Judged | None:
    if one.factor is Factor.NEITHER:
        # the query's does cancel, the key's does not stay out
        return refuted(Kind.FACT, *_refuted_by(Factor.QUERY if one.cancels else Factor.KEY))
    cancels = {
        Factor.QUERY: True, Factor.KEY: one.norms is Norms.KEYS, Factor.BOTH: one.norms is Norms.KEYS,
        Factor.GAUSSIAN: False, Factor.SCALE: False,
    }[one.factor]  # fmt: skip
    if one.norms is Norms.FREE and one.factor in {Factor.KEY, Factor.BOTH} and FREE.search(given):
        return None  # some sentence before may have fixed the norms
    if one.factor is Factor.BOTH and not one.cancels and one.norms is Norms.FREE:
        return None  # that both stay is wrong of one, and that not both cancel is right
    says, witness = (
        REASONS[one.factor] if one.norms is Norms.FREE or one.factor is Factor.QUERY else UNDER[one.norms]
    )
    if one.cancels == cancels:
        return verified(Kind.FACT, says, Method.SYMBOLIC)
    return refuted(Kind.FACT, says, Method.SYMBOLIC, witness)


def _refuted_by(factor: Factor) -> tuple[str, Method, dict[str, object]]:
    says, witness = REASONS[factor]
    return says, Method.SYMBOLIC, witness


_KEY_SAYS = "exp(‖k_j‖²/(2σ²)) differs from key to key, so it weighs the terms and stays, while the query's factor is common to all terms and cancels"
_KEY_WITNESS: dict[str, object] = {
    "values": [0, 1],
    "kernel of both keys": 1,
    "key factors": [1, 3],
    "with the factors": 0.75,
    "without": 0.5,
}
REASONS: dict[Factor, tuple[str, dict[str, object]]] = {
    Factor.QUERY: ("exp(‖q‖²/(2σ²)) is the same in every term of both sums, so it cancels in their quotient", {"numerator": "c·(1·v_1 + 2·v_2)", "denominator": "c·(1 + 2)", "quotient": "(v_1 + 2·v_2)/3 for every c"}),
    Factor.KEY: (_KEY_SAYS, _KEY_WITNESS),
    Factor.BOTH: (_KEY_SAYS, _KEY_WITNESS),
    Factor.GAUSSIAN: ("the Gaussian differs from key to key: it is what weighs them", {"kernel of the keys": [1, 3], "weights": [0.25, 0.75]}),
    Factor.SCALE: ("1/√D stands inside the exponential: it changes the weights and cancels nowhere", {"scores": [0, "2·log 3"], "weights with the factor 1/2": [0.25, 0.75], "without": [0.1, 0.9]}),
}  # fmt: skip
UNDER: dict[Norms, tuple[str, dict[str, object]]] = {
    Norms.KEYS: ("with ‖k_j‖ = c for all keys the factor exp(c²/(2σ²)) is common to all terms and cancels", {"key factors": [3, 3], "weights": "as without them"}),
    Norms.QUERIES: ("equal query norms leave the factors of the keys, which differ from term to term", _KEY_WITNESS),
}  # fmt: skip


__all__ = ["factors"]
