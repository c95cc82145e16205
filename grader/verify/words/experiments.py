# ruff: noqa: E501 -- a pattern stays on one line
"""Experiments with attention in words: `adding the same vector to all keys leaves every output as it is`.

A sentence is read as what is done (`experiment_words.OPERATIONS`) and what is said to come of it, in any order; the
experiment is then carried out in a small world (`attention_model`) and what comes of it compared with what is said.
Whatever else the sentence says must be few harmless words.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum

from grader.verify.claim import Judged, Kind, Method, Spanned, refuted, verified
from grader.verify.reading.plain_signs import plain_signs
from grader.verify.words import experiment_words as told
from grader.verify.words.attention_model import (
    OF_EMBEDDINGS,
    Act,
    Done,
    Kernel,
    Observed,
    Outcome,
    Target,
    outcome,
    small_outcome,
)
from grader.verify.words.ranges import SQUARED_THROUGHOUT, squared_letter

SUBJECT = re.compile(r"attention|softmax|kernel|smoother|triplet|facenet|embedding", re.I)
LONGEST_BEFORE, NEAR_BEFORE = 1500, 1500
MOST_UNREAD = 2
SEGMENT = re.compile(r";\s|(?<=[a-z)\d])\.\s|,?\s(?:whereas|while|but|yet|though|although|however)\s", re.I)
REASON = re.compile(r",?\s*\b(?:because|since|as (?=(?:the|it|this|they|all|each|every|q|k|a)\b)(?!(?:it|they) (?:is|are|was|were)\b)|for (?=it )|given that|due to|thanks to)\b[^;]*$", re.I)  # fmt: skip
REASON_FIRST = re.compile(r"^\W*(?:because|since|as|given that)\b[^,;]*,", re.I)
# what puts the statement into another case or another mouth
ELSEWHERE = re.compile(
    r"\b(?:unless|except|provided|only (?:if|when)|as long as|instead|rather|would be wrong|seems?|think|thought|say|says|claims?|suppose|imagine|assum\w+|gradients?|derivatives?|costs?|memory|time|variance|entropy|rank|norms?|lengths?|mask|causal|hardly|almost|nearly|approximately|roughly|in general not|not always|not necessarily|sometimes|some|one of|a single|only one|features?|finite|float\w*|overflow|relative|order|question|whether|(?<!without )normali[sz]e[ds]?|layer ?norm|bias|images?|crop\w*|augment\w*)\b|\?",
    re.I,
)
HARMLESS = frozenset(
    [
        "a",
        "again",
        "all",
        "also",
        "always",
        "an",
        "and",
        "any",
        "are",
        "as",
        "at",
        "be",
        "because",
        "beforehand",
        "both",
        "but",
        "by",
        "can",
        "case",
        "computed",
        "consequence",
        "course",
        "equation",
        "every",
        "exact",
        "exactly",
        "fact",
        "first",
        "follows",
        "for",
        "from",
        "given",
        "gives",
        "has",
        "have",
        "he",
        "hence",
        "here",
        "if",
        "in",
        "indeed",
        "is",
        "it",
        "its",
        "itself",
        "just",
        "let",
        "likewise",
        "line",
        "may",
        "mathematically",
        "mean",
        "means",
        "more",
        "moreover",
        "must",
        "note",
        "notice",
        "now",
        "numerically",
        "observe",
        "obviously",
        "of",
        "on",
        "once",
        "one",
        "only",
        "operation",
        "or",
        "other",
        "our",
        "particular",
        "precisely",
        "proof",
        "property",
        "recall",
        "remark",
        "remedy",
        "row",
        "rows",
        "same",
        "say",
        "see",
        "shows",
        "simply",
        "so",
        "step",
        "such",
        "take",
        "taking",
        "that",
        "the",
        "their",
        "them",
        "then",
        "therefore",
        "these",
        "they",
        "this",
        "those",
        "thus",
        "to",
        "too",
        "trick",
        "under",
        "use",
        "used",
        "using",
        "usual",
        "way",
        "we",
        "well",
        "what",
        "when",
        "whenever",
        "which",
        "will",
        "with",
        "without",
        "words",
        "you",
        "your",
        "clearly",
        "everywhere",
        "directly",
        "immediately",
        "value",
        "values",
        "attention",
        "softmax",
        "quotient",
        "kernel",
        "formula",
        "expression",
        "slightly",
        "little",
        "bit",
        "before",
        "after",
        "above",
        "below",
        "second",
        "third",
        "before",
        "afterwards",
        "safely",
        "freely",
        "happily",
        "query",
        "queries",
        "key",
        "keys",
        "normalisation",
        "normalization",
        "unit",
        "sphere",
        "vector",
        "vectors",
        "distance",
        "distances",
        "query's",
        "key's",
        "number",
        "numbers",
        "constant",
        "real",
        "arbitrary",
        "token",
        "tokens",
        "position",
        "positions",
        "cure",
        "either",
        "where",
        "whatever",
    ]
)
WORD = re.compile(r"[A-Za-z][A-Za-z'’-]+")
JOINS_IF = re.compile(
    r"\b(?:if|when|whenever|once|as soon as)\b(?:\s+(?:one|we|you|the|all|both|every|each))*\s*$", re.I
)
CONDITION = re.compile(r"\b(?:if|when|whenever|once|as soon as|where|for)\b", re.I)
THIS = re.compile(r"\W*(?:(?:so|and|then|but|hence|thus|clearly|of course|therefore)\W+)*(?:this|that|it|which|such a shift|the (?:shift|constant|factor|change|trick|subtraction|permutation|rotation|scaling))\b", re.I)  # fmt: skip
LITTLE = re.compile(
    r"\b(?:slightly|a (?:bit|little)|somewhat|noticeably|considerably|strongly)\b", re.I
)  # how much is not decided
# "multiplying them does not either": as what was said before
ELLIPTIC = re.compile(
    r"\s*,?\s*(?:(?:does|do|would|will)(?P<not> not|n['’]t)?(?: either| too| so| as well)?)(?=\s*(?:$|[,.;)]))",
    re.I,
)
THEM = re.compile(
    r"(?:multiply|scal|divid)ing them by (?:a|any|the same) (?:positive )?(?:constant|factor|number)|(?:doubl|halv|tripl)ing them|shifting them by a (?:common )?(?:constant|vector)|(?:adding|subtracting) (?:the same|a) (?:constant|number|vector) (?:to|from) them|permuting them",
    re.I,
)
NOT = re.compile(r"\b(?:not|never|no longer|neither|nor|hardly|no)\b|n['’]t\b", re.I)
LETTERS = {"q": Target.QUERIES, "Q": Target.QUERIES, "k": Target.KEYS, "K": Target.KEYS, "v": Target.VALUES, "V": Target.VALUES, "s": Target.SCORES, "φ": Target.FEATURES, "f": Target.EMBEDDINGS}  # fmt: skip
TIMES = {"doubl": 2.0, "halv": 0.5, "tripl": 3.0, "quadrupl": 4.0, "squar": math.nan, "negat": -1.0}
NUMBERS = {"two": 2.0, "three": 3.0, "four": 4.0, "five": 5.0, "ten": 10.0, "a half": 0.5, "one half": 0.5, "minus one": -1.0}  # fmt: skip
DIMENSION = 16.0  # of the keys, where the text names √D


class _Says(Enum):
    STAYS = "it stays"
    CHANGES = "it changes"
    SCALED = "it is multiplied"
    MOVED = "it moves by the same"
    PERMUTED = "it is permuted"
    SCALES = "it does what 1/√D does"


@dataclass(frozen=True)
class _Operation:
    done: Done
    start: int
    end: int
    letter: str = ""  # of the factor


@dataclass(frozen=True)
class _Effect:
    says: _Says
    observed: Observed | None
    start: int
    end: int
    factor: str = ""


def experiments(sentence: str, before: str) -> Iterator[Spanned]:
    """(start, end, ruling) of each experiment whose outcome a sentence states.

    >>> said = "In softmax attention adding the same vector to all queries leaves the outputs unchanged."
    >>> [judged.ruling.value for _, _, judged in experiments(said, "")]
    ['refuted']
    """
    around = f"{before[-LONGEST_BEFORE:]} {sentence}"
    if not SUBJECT.search(around):
        return
    plain, places = plain_signs(sentence)
    earlier: _Operation | None = None
    last: _Effect | None = None
    at = 0
    for cut in (*SEGMENT.finditer(plain), None):
        end = cut.start() if cut is not None else len(plain)
        text = plain[at:end]
        reason = REASON_FIRST.match(text)
        lead = reason.end() if reason else 0
        body = REASON.sub("", text[lead:])
        operations = _operations(body)
        if not operations and earlier is None and at == 0 and THIS.match(body):
            told_before = re.split(r"(?<=[.!?;])\s", plain_signs(before[-400:].strip())[0])[-1]
            earlier = (
                next(iter(_operations(told_before)[-1:]), None) if not ELSEWHERE.search(told_before) else None
            )
        for operation, effect in _pairs(body, operations, earlier):
            last = effect
            judged = _judged(
                operation.done, operation, effect, body, f"{plain_signs(before[-NEAR_BEFORE:])[0]} {plain}"
            )
            if judged is None:
                continue
            marks = [effect.start, effect.end]
            if operation in operations:
                marks += [operation.start, operation.end]
                joined = JOINS_IF.search(body[: operation.start])
                marks += [joined.start()] if joined else []
            yield places[at + lead + min(marks)], places[at + lead + max(marks)], judged
        them = THEM.search(body)
        if them is not None and not operations and earlier is not None and last is not None:
            rest = ELLIPTIC.match(body, them.end())
            if rest is not None and last.says in {_Says.STAYS, _Says.CHANGES}:
                act = (
                    Act.PERMUTE
                    if "permut" in them.group()
                    else Act.ADD
                    if re.match(r"shift|add|subtr", them.group(), re.I)
                    else Act.SCALE
                )
                denied = (
                    rest.group("not") is not None
                )  # "does not either": whether what was said was a denial, too
                says = _Says.STAYS if denied else _Says.CHANGES
                judged = _judged(
                    Done(act, earlier.done.target),
                    earlier,
                    _Effect(says, last.observed, them.start(), rest.end()),
                    body,
                    f"{before[-300:]} {plain}",
                )
                if judged is not None:
                    yield places[at + lead + them.start()], places[at + lead + rest.end()], judged
        earlier = operations[-1] if operations else earlier
        at = cut.end() if cut is not None else end


def _pairs(
    text: str, operations: Sequence[_Operation], earlier: _Operation | None
) -> Iterator[tuple[_Operation, _Effect]]:
    """What is done with what comes of it, where nothing else is said."""
    if not operations and (earlier is None or not THIS.match(text)):
        return
    spans = [(one.start, one.end) for one in operations]
    effects = _effects(text, spans)
    if not effects or len(operations) > 2:
        return
    spans += [(one.start, one.end) for one in effects]
    if not _is_plain(text, spans, operations):
        return
    if not operations:
        yield from ((earlier, effect) for effect in effects if earlier is not None)
        return
    if len(operations) == 1:
        yield from ((operations[0], effect) for effect in effects)
        return
    if len(effects) == 2 and operations[0].end <= effects[0].start < operations[1].start < effects[1].start:
        yield from zip(operations, effects, strict=True)


def _is_plain(text: str, spans: Sequence[tuple[int, int]], operations: Sequence[_Operation]) -> bool:
    """Whether what stands beside the operations and effects changes nothing in them."""
    rest = text
    for one in operations:
        joined = JOINS_IF.search(text[: one.start])
        if joined:
            rest = rest[: joined.start()] + " " * (joined.end() - joined.start()) + rest[joined.end() :]
    for start, end in spans:
        rest = rest[:start] + " " * (end - start) + rest[end:]
    if ELSEWHERE.search(rest) or CONDITION.search(rest) or NOT.search(rest):
        return False
    unread = [word for word in WORD.findall(rest) if word.lower().strip("'’-") not in HARMLESS]
    return len(unread) <= MOST_UNREAD


# -- what is done ------------------------------------------------------------------------------------------------------


def _operations(text: str) -> list[_Operation]:
    found: list[_Operation] = []
    if told.HINT.search(text) is None:
        return found
    for act, patterns in told.OPERATIONS:
        for pattern in told.compiled(patterns):
            for match in pattern.finditer(text):
                one = _operation(act, match)
                if one is not None:
                    found.append(one)
    for pattern in told.compiled(told.REPLACES):
        for match in pattern.finditer(text):
            one = _replacement(match)
            if one is not None:
                found.append(one)
    kept: list[_Operation] = []
    for one in sorted(found, key=lambda one: (one.start - one.end, one.start)):
        if all(one.end <= other.start or other.end <= one.start for other in kept):
            kept.append(one)
    return _joined(sorted(kept, key=lambda one: one.start), text)


def _joined(found: list[_Operation], text: str) -> list[_Operation]:
    """`replacing q by q + c and k by k + c` is done to both."""
    if len(found) != 2 or found[0].done.act is not found[1].done.act:
        return found
    targets = {found[0].done.target, found[1].done.target}
    if targets != {Target.QUERIES, Target.KEYS} or not re.fullmatch(
        r"\W*(?:and|,)?\W*", text[found[0].end : found[1].start]
    ):
        return found
    return [
        _Operation(
            Done(found[0].done.act, Target.BOTH, found[0].done.number),
            found[0].start,
            found[1].end,
            found[0].letter,
        )
    ]


PARTIAL = re.compile(r"\b(?:a single|single|one|some|only)\b", re.I)
WHOLE = re.compile(r"\b(?:all|every|each|both|row|rows)\b", re.I)


def _operation(act: Act, match: re.Match[str]) -> _Operation | None:
    groups = match.groupdict()
    target = next((one for one in Target if groups.get(f"t{one.name}")), None)
    if target is None and groups.get("MAX_"):
        return _Operation(Done(Act.ADD_ROW, Target.SCORES), match.start(), match.end())
    if target is None or (
        PARTIAL.search(groups[f"t{target.name}"]) and not WHOLE.search(groups[f"t{target.name}"])
    ):
        return None
    number, letter = 3.0, ""
    if act is Act.ADD and groups.get("EACH_"):
        act = Act.ADD_EACH
    elif act is Act.ADD and (groups.get("ROW_") or groups.get("MAX_")) and target is Target.SCORES:
        act = Act.ADD_ROW
    elif act is Act.ADD and groups.get("ROW_"):
        return None
    if act is Act.SCALE:
        if groups.get("double") or groups.get("flip"):
            number = TIMES.get((groups.get("double") or "negat").lower(), 3.0)
        else:
            number, letter = _factor(groups)
            if re.search(r"\bdivid", match.group(), re.I):
                number = 1 / number
    return _Operation(Done(act, target, number), match.start(), match.end(), letter)


def _factor(groups: dict[str, str]) -> tuple[float, str]:
    if groups.get("number"):
        text = groups["number"].lower()
        return NUMBERS.get(text) or float(text), ""
    if groups.get("root"):
        return math.sqrt(DIMENSION), ""
    if groups.get("fourth"):
        return DIMENSION**0.25, ""
    if groups.get("width"):
        return DIMENSION, ""
    letter = re.search(r"(?<!\w)([ctaλβγαsu])$", groups.get("any") or "")
    return 3.0, letter.group(1) if letter else ""


def _replacement(match: re.Match[str]) -> _Operation | None:
    old, new = match.group("old"), match.group("new").strip().rstrip(".,")
    target = LETTERS.get(old[0])
    if target is None:
        return None
    index = old.partition("_")[2].strip("{}")
    escaped = re.escape(old)

    def made(act: Act, number: float = 3.0, letter: str = "") -> _Operation:
        return _Operation(
            Done(act, target, number),
            match.start(),
            match.start("new") + len(new) if match.end("new") > match.start("old") else match.end(),
            letter,
        )

    added = re.fullmatch(
        rf"{escaped} ?[+-] ?(?:1)?(?P<letter>[a-zδεμλ])(?:_\{{?(?P<own>\w+)\}}?)?(?:\^T)?", new
    ) or re.fullmatch(rf"(?P<letter>[a-zδεμλ])(?:_\{{?(?P<own>\w+)\}}?)? ?\+ ?{escaped}", new)
    if added:
        own = added.group("own")
        if target is Target.SCORES and own == "i":
            return made(Act.ADD_ROW)
        return made(Act.ADD_EACH if own and (own in {"j", index}) else Act.ADD)
    times = re.fullmatch(rf"(?P<number>-?\d*(?:\.\d+)?|-?[a-zλβγα])? ?[·*]? ?{escaped}", new)
    if times and times.group("number"):
        text = times.group("number")
        letter = text if text.isalpha() else ""
        number = 3.0 if letter else -1.0 if text == "-" else float(text) if re.search(r"\d", text) else 3.0
        return made(Act.SCALE, number, letter)
    divided = re.fullmatch(rf"{escaped} ?/ ?(?P<by>.+)", new)
    if divided:
        by = re.fullmatch(told.FACTOR, divided.group("by"), re.I)
        if by:
            number, letter = _factor(by.groupdict())
            return made(Act.SCALE, 1 / number, letter)
    return None


# -- what is said to come of it ----------------------------------------------------------------------------------------


def _effects(text: str, taken: Sequence[tuple[int, int]]) -> list[_Effect]:
    found: list[_Effect] = []
    for says, patterns in (
        (_Says.SCALES, told.REPLACES_SCALE), (_Says.STAYS, told.STAYS), (_Says.CHANGES, told.CHANGES),
        (_Says.SCALED, told.SCALED), (_Says.MOVED, told.MOVED), (_Says.PERMUTED, told.PERMUTED),
    ):  # fmt: skip
        for pattern in told.compiled(patterns):
            for match in pattern.finditer(text):
                if any(a < match.end() and match.start() < b for a, b in taken):
                    continue
                groups = match.groupdict()
                observed = next((one for one in Observed if groups.get(f"o{one.name}")), None)
                factor = groups.get("times") or groups.get("by") or groups.get("along") or ""
                found.append(_Effect(says, observed, match.start(), match.end(), factor))
    kept: list[_Effect] = []
    for one in sorted(found, key=lambda one: one.start - one.end):
        if all(one.end <= other.start or other.end <= one.start for other in kept):
            kept.append(one)
    return sorted(kept, key=lambda one: one.start)


GAUSSIAN = re.compile(r"gauss|\bRBF\b|(?<!\w)G(?!\w)|kernel attention", re.I)
POLYNOMIAL = re.compile(r"polynomial|\+ ?1\)\^2|quadratic kernel", re.I)
BY_FEATURES = re.compile(
    r"linear(?:i[sz]ed)? attention|kerneli[sz]ed|random[- ]feature|feature map|\bφ|features", re.I
)


def _kernels(done: Done, observed: Observed, text: str, near: str) -> list[Kernel]:
    """The kinds of attention that may be meant: what is said must be so, or not, in all of them."""
    if done.target in {Target.FEATURES, Target.KEY_FEATURES}:
        return [Kernel.FEATURES]
    if done.target is Target.SCORES:
        return [Kernel.SOFTMAX]
    if observed not in {Observed.OUTPUT, Observed.WEIGHTS}:
        return [Kernel.SOFTMAX]
    if done.target is Target.KEY_EXPONENTS:
        return [Kernel.SOFTMAX, Kernel.GAUSSIAN]
    if POLYNOMIAL.search(text):
        return [Kernel.POLYNOMIAL]
    if GAUSSIAN.search(text) and not re.search(r"softmax", text, re.I):
        return [Kernel.GAUSSIAN]
    if BY_FEATURES.search(text):
        return [Kernel.SOFTMAX, Kernel.GAUSSIAN, Kernel.FEATURES]
    if re.search(r"softmax|attention", near, re.I) and not (
        GAUSSIAN.search(near) and not re.search("softmax", near, re.I)
    ):
        return [Kernel.SOFTMAX]
    return [Kernel.SOFTMAX, Kernel.GAUSSIAN]


def _of_embeddings(observed: Observed, effect: _Effect, text: str, near: str) -> Observed | None:
    """What is looked at where the embeddings of a triplet are meant."""
    if observed in {Observed.LOSS, Observed.COSINES}:
        return observed
    if observed is Observed.SCORES:
        return Observed.PRODUCTS
    if observed in {Observed.SQUARED, Observed.DISTANCE}:
        said = text[effect.start : effect.end]
        if re.search(r"squared|‖\^2", said):
            return Observed.SQUARED
        if re.search(r"plain|unsquared|not squared", said, re.I):
            return Observed.PLAIN
        letter = squared_letter(near)
        if SQUARED_THROUGHOUT.search(near) or (
            letter is not None and re.search(rf"(?<!\w){letter}(?!\w)", said)
        ):
            return Observed.SQUARED
        # both kinds of distance stay or change together, but not by the same factor
        return Observed.PLAIN if effect.says in {_Says.STAYS, _Says.CHANGES} else None
    return None


def _judged(done: Done, operation: _Operation, effect: _Effect, text: str, near: str) -> Judged | None:
    if effect.says is _Says.SCALES:
        return _scale(done)
    observed = effect.observed or (Observed.LOSS if done.target is Target.EMBEDDINGS else Observed.OUTPUT)
    if done.target is Target.EMBEDDINGS:
        named = _of_embeddings(observed, effect, text, near)
        if named is None:
            return None
        observed = named
    elif observed in OF_EMBEDDINGS:
        return None
    kernels = _kernels(done, observed, text, near)
    outcomes = [outcome(done, observed, kernel) for kernel in kernels]
    verdicts = {None if one is None else _holds(one, done, operation, effect) for one in outcomes}
    if len(verdicts) != 1:
        return None
    holds = verdicts.pop()
    if holds is None:
        return None
    result = outcomes[0]
    assert result is not None
    says = f"{done.act.value}, {done.target.value}: the {observed.value} {_shown(result)}"
    if holds:
        return None if LITTLE.search(text) else verified(Kind.FACT, says, Method.NUMERIC)
    return refuted(
        Kind.FACT, says, Method.NUMERIC, small_outcome(done, observed, kernels[0]) or {"outcome": says}
    )


def _shown(result: Outcome) -> str:
    if result.stays:
        return "stay as they are"
    if result.factor is not None:
        return "change by a factor"
    if result.moves_along:
        return "move by the same vector"
    return "are permuted likewise" if result.permuted else "change"


def _holds(result: Outcome, done: Done, operation: _Operation, effect: _Effect) -> bool | None:
    match effect.says:
        case _Says.STAYS:
            return result.stays
        case _Says.CHANGES:
            return not result.stays
        case _Says.MOVED:
            return result.moves_along if done.act is Act.ADD else None
        case _Says.PERMUTED:
            return (result.permuted and not result.stays) if done.act is Act.PERMUTE else None
        case _:
            wanted = _wanted(effect.factor, done, operation)
            if wanted is None or done.act is not Act.SCALE:
                return None
            return result.factor is not None and math.isclose(result.factor, wanted, rel_tol=1e-6)


def _wanted(factor: str, done: Done, operation: _Operation) -> float | None:
    """The number by which something is said to be multiplied."""
    stem = next((number for stem, number in TIMES.items() if factor.lower().startswith(stem)), None)
    if stem is not None:
        return None if math.isnan(stem) else stem
    if re.match(
        r"(?:it|the same|that|this|likewise|accordingly|in the same|by the same|too)\b", factor, re.I
    ):
        return done.number
    power = re.fullmatch(r"(?P<letter>[a-zλβγα])(?:\^\{?(?P<power>\d)\}?)?", factor.rstrip(".,"))
    if power and power.group("letter") == operation.letter:
        return float(done.number ** int(power.group("power") or 1))
    if factor.lower() in NUMBERS:
        return NUMBERS[factor.lower()]
    plain = re.fullmatch(r"\d+(?:\.\d+)?", factor.rstrip(".,"))
    return float(plain.group()) if plain else None


def _scale(done: Done) -> Judged | None:
    """Whether dividing queries or keys does what 1/√D does to the scores."""
    if (
        done.act is not Act.SCALE
        or done.target not in {Target.QUERIES, Target.KEYS, Target.BOTH}
        or done.number == 3.0
    ):
        return None
    scores = done.number**2 if done.target is Target.BOTH else done.number
    says = f"the scores q·k are then multiplied by {scores:g} where D = {DIMENSION:g}, and 1/√D is {1 / math.sqrt(DIMENSION):g}"
    if math.isclose(scores, 1 / math.sqrt(DIMENSION)):
        return verified(Kind.FACT, says, Method.NUMERIC)
    return refuted(
        Kind.FACT,
        says,
        Method.NUMERIC,
        {"D": DIMENSION, "factor of the scores": scores, "1/√D": 1 / math.sqrt(DIMENSION)},
    )


__all__ = ["experiments"]
