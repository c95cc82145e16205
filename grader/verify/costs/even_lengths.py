# ruff: noqa: E501 -- a pattern stays on one line
"""The length at which two ways to attention count the same: its formula, its value, its limits and what changes it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from grader.verify.claim import Judged, Kind, Method, Spanned, refuted, verified
from grader.verify.costs.contest import Contest
from grader.verify.costs.scaling import effect_of, trigger_of
from grader.verify.costs.scaling_words import EFFECT, TRIGGER
from grader.verify.costs.surroundings import Surroundings, choices_of
from grader.verify.grammar.notation import LOWERED
from grader.verify.grammar.reader import read_expression
from grader.verify.grammar.syntax import Expression, Unreadable, names
from grader.verify.numbers.lettered import value_at
from grader.verify.numbers.reckoning import shown
from grader.verify.shapes.told_sizes import ATOM, letters_for, sizes_in

EVEN = re.compile(
    r"\b(?:equal(?:ly|s|ling)?|equat\w+|same (?:number|count|cost|price|work)|cost(?:s|ing)? the same|equally (?:dear|expensive|costly|cheap|many|fast)|break(?:ing|s)?[- ]?even(?: point| length)?|cross(?:es|ing|ings)?[- ]?(?:over|point)?|crossover|overtak\w+|agree|catch(?:es)? up|tie|ties|meet(?:ing)?|coincide|balance)\b",
    re.I,
)
SIDE = rf"(?:[\d()+·*/ ]|{ATOM}|²|³)+"
IS = r"(?:=|≈|is|are|equals?|becomes?|reduces? to|simplifies to|comes? to|gives?|means|at|to)"
EQUATION = re.compile(rf"(?<![\w^)])(?P<left>{SIDE}?)\s*(?P<sign>=|≈|>|≥)\s*(?P<right>{SIDE})(?![\w^])")
SAID = re.compile(
    rf"\b(?P<what>(?:break[- ]?even|crossing|crossover)(?: length| point)?|it|this|that|which|the (?:length|point|threshold))\s+(?:then |there |therefore |thus |simply |always )*{IS}\s+(?:about |simply |just |exactly |N = )?(?P<right>{SIDE})(?![\w^])"
)
POINTS: tuple[Mapping[str, int], ...] = (
    {"D": 7, "M": 11, "R": 13, "L": 5}, {"D": 30, "M": 4, "R": 9, "L": 21}, {"D": 64, "M": 16, "R": 128, "L": 40},
)  # fmt: skip
NUMBER = r"(?P<value>\d{1,3}(?:,\d{3})+|\d+(?:\.\d+)?)(?![\d/·*^²]|\.\d|\s?[·*/=+−%]|\s?-\s?\d|[A-Za-z])"
AT_LENGTH = re.compile(
    rf"(?<![\w^_])(?P<n>[NnT])(?:\*|⋆|_c|_0)?\s*(?P<sign>=|≈|>|≥|~)\s?(?:(?:[^=≈;.,]|,\d){{1,40}}?[=≈]\s?){{0,2}}{NUMBER}"
    rf"|\b(?:cross(?:es|ing)?[- ]?(?:over|point)?|break[- ]?even|equal|even|agree|meet|tie)(?: point| length)?(?: is| are| lies| sits| comes| moves| falls| then)?\s?(?:at|for|near|from|around|→|:|is)?\s?(?:about |around |a length of )?{NUMBER.replace('value', 'bare')}"
    rf"|\b(?:this|that|it|which|here)\s*(?:is|means|gives|makes|becomes|equals|comes to|:|=|≈)\s*(?:about |around |roughly |only |just |N = |a length of )*{NUMBER.replace('value', 'then')}(?=\s*(?:tokens|positions)?\b)"
)
AS_WIDE = re.compile(
    r"\b[Mm]\s?=\s?[Dd]\b|\b[Dd]\s?=\s?[Mm]\b|\bd_v\s?=\s?d_k\b|\bd_k\s?=\s?d_v\b|\bequal widths\b|\bsame width\b"
)
STARRED = re.compile(r"[NnT](?:\s{2,}|\*|⋆|_c|_0)\s*[=≈]")
EVEN_OR_SET = re.compile(rf"{EVEN.pattern}|\b(?:setting|set|equate|solv\w+|cross)\b|[NnT](?:\*|⋆)", re.I)
ROUGH_BEFORE = re.compile(r"\b(?:about|around|roughly|order|near|nearly)\s*(?:[NnT]\s?)?$")
FINE = re.compile(r"(?:≈|~|\babout|\baround|\broughly|\bnear|\bnearly)\s*(?:[NnT] = ?)?$")


@dataclass(frozen=True)
class Side:
    """A formula with what its letters count."""

    tree: Expression
    letters: Mapping[str, str]

    @property
    def sizes(self) -> set[str]:
        """The sizes that it has."""
        return set(self.letters.values())

    def at(self, sizes: Mapping[str, Fraction]) -> Fraction | None:
        """Its value."""
        return value_at(
            self.tree, {name: sizes[size] for name, size in self.letters.items() if size in sizes}
        )


def _read(source: str, named: Mapping[str, str]) -> Side | None:
    plain = re.sub(r"(?<=[A-Za-z²³)])\s?\(", "·(", source)
    plain = re.sub(r"[²³]", lambda one: "^" + one.group().translate(LOWERED), plain.strip())
    try:
        tree = read_expression(plain)
    except Unreadable:
        return None
    letters = letters_for(names(tree), named) if names(tree) else None
    return Side(tree, letters) if letters else None


# -- the formula of the length ---------------------------------------------------------------------------------------


def even_formulas(
    text: str, last: str, contests: Sequence[Contest], around: Surroundings
) -> Iterator[Spanned]:
    """`the counts agree at N = (2LM + L)/(D + M)`, `N(D + M) = R(2D + 4M + 4)`, `for D = M it is R(3 + 2/D)`."""
    for found in EQUATION.finditer(text):
        left, right = (_read(found.group(side), around.named) for side in ("left", "right"))
        if left is None or right is None or "N" not in left.sizes or not right.sizes - {"N"}:
            continue
        if not EVEN.search(f"{last} {text}"):
            continue
        if (
            re.match(r"\s*[=≈]\s*\d", text[found.end() :])
            and left.sizes == {"N"}
            and re.search(r"[\d.]", found.group("right")[:1])
            and not right.sizes
        ):
            continue
        judged = _formula_ruled(left, right, found.group("sign") == "=", text, contests, around)
        if judged is not None:
            yield found.start(), found.end(), judged
    for found in SAID.finditer(text):
        right = _read(found.group("right"), around.named)
        what = found.group("what").lower()
        told = re.search(r"break|cross", what) or EVEN.search(text[: found.start()])
        if right is None or "N" in right.sizes or not right.sizes or not told:
            continue
        if not right.sizes & {"R", "L"} and not re.search(r"\d", found.group("right")):
            continue
        n = Side(read_expression("N"), {"N": "N"})
        judged = _formula_ruled(n, right, True, text, contests, around)
        if judged is not None:
            yield found.start(), found.end(), judged


def _formula_ruled(
    left: Side, right: Side, certain: bool, text: str, contests: Sequence[Contest], around: Surroundings
) -> Judged | None:
    same = bool(AS_WIDE.search(f"{around.before[-200:]} {text}")) or around.one_width
    agree: list[list[bool]] = []
    shown_there = ""
    for point in POINTS:
        sizes = {name: Fraction(value) for name, value in point.items()}
        if same:
            sizes["M"] = sizes["D"]
        lengths = [contest.length(sizes) for contest in contests]
        agree.append(
            [
                n is not None and _holds_at(left, right, {**contest.with_features(sizes), "N": n})
                for contest, n in zip(contests, lengths, strict=True)
            ]
        )
        alone = right.at({**sizes, "N": Fraction(1)})
        if not shown_there and lengths[0] is not None and alone is not None:
            shown_there = f"with {', '.join(f'{name} = {size}' for name, size in sizes.items())} they are equal at N = {float(lengths[0]):.6g}"
    says = f"softmax attention and {contests[0].way.name} features need equally many multiplications there"
    if any(all(point[place] for point in agree) for place in range(len(contests))):
        return verified(Kind.IDENTITY, says, Method.COUNT)
    of_features = right.sizes & {"R", "L"}
    if not certain or not shown_there or left.sizes != {"N"} or not of_features or not _sure(contests):
        return None
    return refuted(
        Kind.IDENTITY, f"{shown_there}, which this does not give", Method.COUNT, {"break-even": shown_there}
    )


def _holds_at(left: Side, right: Side, sizes: Mapping[str, Fraction]) -> bool:
    value = left.at(sizes)
    return value is not None and value == right.at(sizes)


def _sure(contests: Sequence[Contest]) -> bool:
    """Whether the text itself gives the two counts that it compares."""
    return any(contest.own for contest in contests)


def is_even_length(source: str, contests: Sequence[Contest], around: Surroundings) -> bool:
    """Whether a formula is the length at which two ways count the same."""
    right = _read(source, around.named)
    if right is None or "N" in right.sizes or not right.sizes:
        return False
    sizes = [{name: Fraction(value) for name, value in point.items()} for point in POINTS]
    return any(
        all(contest.length(one) == right.at(contest.with_features(one)) is not None for one in sizes)
        for contest in contests
    )


# -- the length in numbers -------------------------------------------------------------------------------------------


def even_lengths(
    text: str, last: str, contests: Sequence[Contest], around: Surroundings
) -> Iterator[Spanned]:
    """`both are equal at N = 194`, `for D = M = 64 this is 388`."""
    for found in AT_LENGTH.finditer(text):
        before = re.split(r"(?<=[a-z0-9)])[.]\s|\.\s", text[: found.start()])[-1]
        # "it equals 50,855,936" says nothing of what two counts are equal at
        claim = re.sub(r"\bequals\b", "is", found.group()) if found.group("then") else found.group()
        piece = before + claim + re.split(r"[.;]", text[found.end() :])[0]
        own = re.split(r";\s|,\s(?:and|but|while|so)\s", before)[-1]
        told = EVEN.search(own) or EVEN.search(claim)
        of_before = EVEN.search(before) or (
            EVEN.search(last) and re.search(r"\b(?:this|that|it|which|here)\b", own + found.group())
        )
        # "N* = 388": where the text has set two counts equal, its star is that length
        starred = STARRED.match(found.group()) and EVEN_OR_SET.search(f"{around.before[-400:]} {before}")
        told = told or starred
        after = EVEN.search(piece[len(before) :])
        if not (told or of_before or after) or (
            re.search(r"\b(?:with|for|take|at)\s+$", before, re.I)
            and not told
            and not (of_before and found.group("then"))
        ):
            continue
        if re.match(r"\s*(?:and|,|with)\s*\$?[A-Z]\b", text[found.end() :]) and not told:
            continue
        if found.group("then") and any(size == "N" for _, size, _ in sizes_in(before, around.named)):
            continue  # the sentence has set the length
        sizes = around.sizes_until(text, found.start())
        lengths = [one for one in (contest.length(sizes) for contest in contests) if one is not None]
        if not lengths:
            continue
        source = found.group("value") or found.group("bare") or found.group("then")
        value = Fraction(source.replace(",", ""))
        exact = lengths[0]
        says = f"{contests[0].softmax} and {contests[0].other} are equal at N = {shown(exact)}"
        near = Fraction(99, 100) if exact.denominator > 1 else Fraction(0)
        rough = found.group("sign") in {"≈", "~"} or FINE.search(text[: found.start(_value(found))])
        right = [
            one
            for one in lengths
            if abs(value - one) <= (Fraction(99, 100) if one.denominator > 1 else near)
            or (rough and abs(value - one) <= one / 100)
        ]
        if right:
            yield found.start(), found.end(), verified(Kind.ARITHMETIC, says, Method.COUNT)
        elif (
            _sizes_are_near(contests, around, text)
            and all(abs(value - one) > 1 for one in (*lengths, *_anywhere(contests, around, text, sizes)))
            and not ROUGH_BEFORE.search(before)
        ):
            witness = {"break-even": shown(exact), "stated": source}
            yield (
                found.start(),
                found.end(),
                refuted(Kind.ARITHMETIC, f"{says}, not {source}", Method.COUNT, witness),
            )


def _value(found: re.Match[str]) -> str:
    return next(name for name in ("value", "bare", "then") if found.group(name))


def _sizes_are_near(contests: Sequence[Contest], around: Surroundings, text: str) -> bool:
    """Whether the sizes of a comparison are set in the section, so that none is another part's."""
    used = {"R", "L"} & set(contests[0].other.variables)
    near = {size for _, size, _ in sizes_in(f"{around.before[-900:]} {text}", around.named)}
    told = {size: {value for name, value in around.sizes if name == size} for size in "DMRL"}
    # in the section, or never otherwise in the text
    return bool(used & near) or all(len(values) <= 1 for values in told.values())


def _anywhere(
    contests: Sequence[Contest], around: Surroundings, text: str, sizes: Mapping[str, Fraction]
) -> Iterator[Fraction]:
    """The lengths under other combinations of the sizes that the text has set."""
    for choice in choices_of([name for name in "DMRL" if name in sizes], sizes, text, around):
        for contest in contests:
            length = contest.length(choice)
            if length is not None:
                yield length


# -- limits ----------------------------------------------------------------------------------------------------------

GROWS = re.compile(
    rf"(?<![A-Za-z\\])(?P<names>(?:{ATOM})(?:\s*(?:=|,|and)\s*(?:{ATOM}))*)\s*(?:→|\\to|goes to|tends to|tend to|go to|->)\s*(?:∞|\\infty|infinity)"
    rf"|\b(?:large|big|huge|growing)\s+(?P<large>{ATOM}(?:\s*=\s*{ATOM})*)|\bas\s+(?P<as>{ATOM}(?:\s*=\s*{ATOM})*)\s+(?:grows|gets large|becomes large|increases)"
)
TENDS = re.compile(
    rf"(?:(?<![\w^])[NnT]\s*(?P<sign>→|\\to|≈|~)|\b(?:tends? to|approach(?:es)?|converges? to|goes? to|nears|≈|is (?:about|nearly|roughly|close to))\s*(?:N = )?)\s*(?P<right>{SIDE})(?![\w^])"
)
HUGE = 10**9
NEXT_TO = 16


def even_limits(text: str, _: str, contests: Sequence[Contest], around: Surroundings) -> Iterator[Spanned]:
    """`For M fixed and D → ∞ the length tends to 2R`."""
    grown = GROWS.search(text)
    if grown is None or not EVEN.search(f"{around.before[-400:]} {text}"):
        return
    letters = re.findall(ATOM, next(group for group in grown.groups() if group))
    roles = letters_for(frozenset(letters), around.named) or {}
    sizes = {roles.get(letter, around.named.get(letter, "")) for letter in letters}
    if not sizes or sizes - {"D", "M", "R", "L"}:
        return
    for found in TENDS.finditer(text):
        if grown.start() <= found.start() < grown.end():
            continue
        right = _read(found.group("right"), around.named)
        if right is None or "N" in right.sizes or not right.sizes:
            continue
        together = (
            sizes
            if not (AS_WIDE.search(text) or around.one_width)
            else sizes | ({"D", "M"} if sizes & {"D", "M"} else set())
        )
        fits = [_tends(contest, right, together) for contest in contests]
        says = f"where {' and '.join(sorted(together))} is very large, they are equal at N = {_limit_shown(contests[0], together)}"
        if any(fits):
            yield found.start(), found.end(), verified(Kind.IDENTITY, says, Method.COUNT)
        else:
            yield (
                found.start(),
                found.end(),
                refuted(
                    Kind.IDENTITY,
                    f"{says}, which this does not give",
                    Method.COUNT,
                    {"large": sorted(together), "stated": found.group("right").strip()},
                ),
            )


def _at_large(point: Mapping[str, int], large: set[str]) -> dict[str, Fraction]:
    return {name: Fraction(HUGE if name in large else value) for name, value in point.items()}


def _tends(contest: Contest, right: Side, large: set[str]) -> bool:
    for point in POINTS:
        sizes = _at_large(point, large)
        length, stated = contest.length(sizes), right.at(sizes)
        if length is None or stated is None or abs(stated - length) * 10**6 > length:
            return False
    return True


def _limit_shown(contest: Contest, large: set[str]) -> str:
    point = POINTS[0]
    length = contest.length(_at_large(point, large))
    rest = ", ".join(
        f"{name} = {value}"
        for name, value in point.items()
        if name not in large and name in contest.other.variables
    )
    return f"{float(length or 0):.6g} with {rest}"


# -- what changes it -------------------------------------------------------------------------------------------------

LENGTH_NAMED = re.compile(
    r"\b(?:break[- ]?even|crossing|crossover|threshold)\b|(?<![\w^])[NnT](?=\s*(?:[.,;)]|$))|\b(?:this|that|the) (?:length|point)\b",
    re.I,
)
SAME = re.compile(
    r"\b(?:hardly|barely|scarcely|does(?: not|n['’]t)|stays?|remains?|nearly|almost|about)\b[^.;]{0,25}\b(?:moves?|changes?|the same|unchanged|where it (?:is|was)|matters?|affect\w*)\b|\bunchanged\b",
    re.I,
)
WIDTHS = re.compile(r"\b(?:both |the )?(?:widths|dimensions)\b|\bD (?:and|=) M\b", re.I)


def even_changes(text: str, _: str, contests: Sequence[Contest], around: Surroundings) -> Iterator[Spanned]:
    """`Doubling R doubles N*`, `doubling the widths hardly moves the break-even length`."""
    trigger = TRIGGER.search(text)
    widths = re.search(
        r"\b(?P<verb>doubl|tripl|quadrupl|halv)ing (?:the |both )?(?:widths|dimensions)\b", text, re.I
    )
    if widths is not None:
        size, factor, start, after = "D+M", _factor_of(widths.group("verb")), widths.start(), widths.end()
    elif trigger is not None and (changed := trigger_of(trigger)) is not None:
        (size, factor), start, after = changed, trigger.start(), trigger.end()
    else:
        return
    changing = set(size.split("+"))
    if not changing <= set("DMRL") or factor <= 0:
        return
    rest = text[after:].split(". ")[0]
    if not LENGTH_NAMED.search(rest) and not LENGTH_NAMED.search(text[:start]):
        return
    effect = _effect_on_length(text, after, rest) or next(
        (one for one in EFFECT.finditer(text) if one.start() >= after and one.end() <= after + len(rest)),
        None,
    )
    same = SAME.search(rest)
    claimed = Fraction(1) if same else effect_of(effect) if effect is not None else None
    if claimed is None:
        return
    end = after + (same.end() if same else effect.end() - after if effect is not None else 0)
    named = LENGTH_NAMED.search(text, end)
    end = named.end() if named is not None and named.start() - end < 12 else end
    sizes = around.sizes_until(text, start)
    if widths is not None or re.search(r"\bto\s+(?:D|M|d|R)\b", text[after : after + 12]):
        sizes = dict(around.sizes)  # "to D = M = 128": the sizes before
    expected = [_grown(contest, changing, factor, sizes) for contest in contests]
    known = [one for one in expected if one is not None]
    if not known:
        return
    says = f"with {float(factor):g} times the {' and '.join(sorted(changing))} both are equal at {float(known[0]):.4g} times the length"
    start = _begins_at(text, after, effect, start) if not same else start
    slack = Fraction(1, 20) if same else Fraction(1, 50)
    if any(abs(claimed - one) <= slack * one for one in known):
        yield start, end, verified(Kind.ARITHMETIC, says, Method.COUNT)
    elif all(abs(claimed - one) > one / 10 for one in known):
        yield (
            start,
            end,
            refuted(
                Kind.ARITHMETIC, says, Method.COUNT, {"factor": float(known[0]), "claimed": float(claimed)}
            ),
        )


def _begins_at(text: str, after: int, effect: re.Match[str] | None, start: int) -> int:
    """Where the claim about the length begins: behind what is said of something else."""
    if effect is None or not EFFECT.search(text, after, effect.start()):
        return start
    named = [one.start() for one in LENGTH_NAMED.finditer(text, after, effect.start())]
    return named[-1] if named else effect.start()


def _effect_on_length(text: str, after: int, rest: str) -> re.Match[str] | None:
    """The effect that stands right behind the length, or right before it: "the break-even length halves"."""
    for named in LENGTH_NAMED.finditer(text, after, after + len(rest)):
        for effect in EFFECT.finditer(text, after, after + len(rest)):
            behind = 0 <= effect.start() - named.end() < NEXT_TO
            # the verb before the noun: it doubles this length
            ahead = effect.group("verb") and re.fullmatch(
                r"\s*(?:this|that|the|its)?\s*", text[effect.end() : named.start()]
            )
            if behind or ahead:
                return effect
    return None


def _factor_of(verb: str) -> Fraction:
    return {"doubl": Fraction(2), "tripl": Fraction(3), "quadrupl": Fraction(4)}.get(
        verb.lower(), Fraction(1, 2)
    )


def _grown(
    contest: Contest, changing: set[str], factor: Fraction, sizes: Mapping[str, Fraction]
) -> Fraction | None:
    """By what factor the length grows with a size, at the text's sizes or at any."""
    at = {name: Fraction(value) for name, value in POINTS[2].items()} | {
        name: value for name, value in sizes.items() if name != "N"
    }
    more = {name: value * factor if name in changing else value for name, value in at.items()}
    one, other = contest.length(at), contest.length(more)
    return other / one if one and other is not None else None


__all__ = [
    "EVEN",
    "GROWS",
    "SIDE",
    "even_changes",
    "even_formulas",
    "even_lengths",
    "even_limits",
    "is_even_length",
]
