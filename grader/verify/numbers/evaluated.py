# ruff: noqa: E501 -- a pattern stays on one line
"""A formula in letters that a text has given, and its value once it sets them: `N(N+1)/2 pairs; for N = 9 that is 45`.

The formula that is meant is the one before the value, in its sentence or the sentence before. `of the N² pairs`,
`instead of N²` and `half of N` name what it is compared with and are not meant.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from grader.verify.claim import Judged, Kind, Method, Ruling, Spanned, refuted, verified
from grader.verify.grammar.reader import read_expression
from grader.verify.grammar.syntax import Expression, Unreadable, names
from grader.verify.numbers.arithmetic import ANY_NUMBER, Figure, figure_at
from grader.verify.numbers.given import value_with
from grader.verify.numbers.lettered import (
    NAME,
    PART_OF_MORE,
    WHOLE,
    is_computed,
    known_values,
    plain_name,
    shown_values,
    value_at,
)
from grader.verify.numbers.reckoning import shown
from grader.verify.numbers.worded import NEAR
from grader.verify.worlds.settings import Setting

# -- formulas in running text --------------------------------------------------------------------------------------

MATHS = re.compile(r"\$\$?(?P<dollars>[^$]{1,400})\$\$?|\\\((?P<brackets>.{1,400}?)\\\)")
# a number is taken whole (++): its digits can be cut in too many ways
ATOM = r"(?:\d++|[A-Za-z](?![a-z])(?:_[A-Za-z]\b)?|[(){}²³⁴√^])"
PLAIN_TERM = re.compile(
    rf"(?<![\w\\.,^_/·*×+−=$-]){ATOM}(?:(?:\s[+−·*/×-]\s|[+−·*/×-])?{ATOM}){{1,30}}(?![\w=]|\s*[=≈])"
)
COMPARED_WITH = re.compile(
    r"(?:\b(?:(?:out )?of (?:all )?(?:the|its|these|our|all|those)|instead of|rather than|than|not|without|from|against|versus|vs\.?|compared (?:to|with)|unlike|(?:half|third|quarter|percent|%|fraction|part|most|some|all) of|half|twice|double|times|plus|minus|by|per|root of|factor(?: of)?|about|roughly|around|approximately|nearly|almost|some|like|O|Θ)|[%√·×/^*+−=≈])\s*\(?\s*$",
    re.I,
)
GOES_ON = re.compile(r"\s*(?:plus|minus|times|divided|multiplied|over)\b")
THINGS = re.compile(
    r"\s*(?:(?:such|distinct|different|scalar|many|real|random|possible|valid|non-?zero|ordered|unordered|float\w*|independent|of these|of the|of its)\s+)*(?P<noun>[a-z]{3,}(?:-[a-z]+)?)"
)
# "of length D + 1", "the number of scores is N²": the noun stands before
NAMED = re.compile(
    r"\b(?:number of|count of|how many)\s+(?:[a-z-]+\s+){0,2}?(?P<many>[a-z]{3,}s)\b[^.;:$]{0,40}$|\b(?P<size>length|dimension|size|width)s?\s*(?:is|of|=|:)?\s*$"
)
MANY_AT_ONCE = frozenset({"these", "those", "they"})
ARTICLES = frozenset({"the", "each", "every", "its", "our"})
NO_NOUN = frozenset(["and", "for", "with", "when", "which", "that", "this", "while", "where", "because", "since", "the", "per", "here", "the", "are", "for", "both", "from", "but", "than", "instead", "only", "also", "given", "has", "have", "get", "gets", "then", "thus", "hence", "all", "each", "at"])  # fmt: skip
LENGTHS = frozenset(["length", "dimension", "size", "width", "feature", "entry", "coordinate", "component", "monomial", "number", "dimensions", "value"])  # fmt: skip


@dataclass(frozen=True)
class Term:
    """A formula in letters, where it stands in its text, and what it counts; without a tree it could not be read."""

    tree: Expression | None
    start: int
    end: int
    noun: str
    source: str


def terms_in(text: str) -> list[Term]:
    """The formulas of a text that compute something from letters and are what the text speaks of.

    >>> [one.noun for one in terms_in("A mask leaves $N(N+1)/2$ pairs of the $N^2$ entries")]
    ['pair']
    """
    out: list[Term] = []
    spans: list[tuple[int, int]] = []
    for found in MATHS.finditer(text):
        spans.append(found.span())
        body = re.split(r"=|≈|\\approx|\\le\b|≤|\\sim|:", found.group("dollars") or found.group("brackets"))[
            -1
        ]
        # a formula that stands on the right of its own equation is not compared with anything
        own = ("=" in found.group() or not COMPARED_WITH.search(text[: found.start()])) and not GOES_ON.match(
            text, found.end()
        )
        tree = _read(body) if own else None
        if tree is not None or (own and is_unread(body)):
            noun = _noun(text, found.start(), found.end())
            out.append(Term(tree, found.start(), found.end(), noun, body.strip()))
    for found in PLAIN_TERM.finditer(text):
        before = text[: found.start()]
        # letters alone are an abbreviation such as NN
        computes = re.search(r"[^A-Za-z_ ]", found.group()) or before.endswith("product ")
        compared = COMPARED_WITH.search(before.rstrip("≈ ")) and not before.endswith("= ")
        inside = any(a < found.end() and found.start() < b for a, b in spans)
        if inside or compared or not computes or GOES_ON.match(text, found.end()):
            continue
        tree = _read(found.group())
        if tree is not None:
            noun = _noun(text, found.start(), found.end())
            out.append(Term(tree, found.start(), found.end(), noun, found.group()))
    return sorted(out, key=lambda one: one.start)


SHAPE = re.compile(r"[\w{}\\]+(?:\s*(?:\\times|×)\s*[\w{}\\]+)+")


NO_VALUE = re.compile(r"\\mathbb|∈|\\in\b|[<>]")


def _read(body: str) -> Expression | None:
    body = body.strip().rstrip(".,;")
    if not body or SHAPE.fullmatch(body) or NO_VALUE.search(body):
        return None
    try:
        tree = read_expression(body)
    except Unreadable:
        return None
    return tree if is_computed(tree) else None


def is_unread(body: str) -> bool:
    """Whether something is computed there that the grammar does not read: it may be what is meant.

    >>> is_unread(r"\\frac{N(N+1)"), is_unread("N^2"), is_unread("N"), is_unread("N < D")
    (True, False, False, False)
    """
    body = body.strip().rstrip(".,;")
    if SHAPE.fullmatch(body) or NO_VALUE.search(body) or not re.search(r"[A-Za-z]", body):
        return False
    try:
        read_expression(body)
    except Unreadable:
        return True
    return False


def _noun(text: str, start: int, end: int) -> str:
    behind = THINGS.match(text, end)
    if behind is not None and behind.group("noun") not in NO_NOUN:
        return singular(behind.group("noun"))
    named = NAMED.search(text[:start])
    return singular(named.group("many") or named.group("size")) if named else ""


def singular(noun: str) -> str:
    """`entries` -> `entry`, `losses` -> `loss`, `pairs` -> `pair`."""
    plain = noun.lower()
    if plain.endswith("ies"):
        return plain[:-3] + "y"
    if plain.endswith(("sses", "xes")):
        return plain[:-2]
    return plain if plain.endswith("ss") else plain.removesuffix("s")


# -- values --------------------------------------------------------------------------------------------------------

SET = rf"{NAME}(?:\s*=\s*{NAME})*\s*=\s*{WHOLE}(?![\w/]|[.,]\d|\s*[·*×^])"
GROUP = re.compile(
    rf"(?<![\w^_\\/{{(·*×+−-])(?P<sets>{SET}(?:\s*(?:,\s*(?:and\s+)?|and\s+|;\s*){SET})*)(?:\s+(?:tokens|dimensions|features|directions|images|samples|frequencies|keys|queries))?"
)
IF = r"(?:with|for|at|when|if|where|taking|given|using|setting|putting|once|say)"
PRONOUN = r"(?:that|this|it|these|those|they|there|we|one|you|which)"
TAKES_UP = re.compile(rf"(?:{PRONOUN}|i\.e\.,?|e\.g\.,?|for example,?|or|namely|so|hence|thus)?")
VERB = r"(?:['’]s|is|are|gives?|makes?|gets?|have|has|obtains?|finds?|equals?|comes? to|amounts? to|yields?|means?|becomes?|evaluates? to|leaves?|holds?|contains?|keeps?|needs?|takes?|counts?|results? in|leads? to)"
FILLER = r"(?:(?:us|then|thus|therefore|already|only|just|exactly|still|now|a total of|in total|all in all|as many as|precisely|at most|at least|up to)\s+)*"
AFTER = re.compile(
    rf"\s*+[,)]?\s*+(?:(?:→|⇒|->|=>|:|—|–|=)\s*|(?:so\s+|then\s+|hence\s+|thus\s+)?(?:(?P<subject>{PRONOUN}|(?:the|each|every|its|our|an?) [a-z][a-z -]{{2,40}}?)(?:\s+(?:matrix|map|sum|state))?\s*{VERB}|(?P<bare>{VERB}))\s+{FILLER})(?P<near>{NEAR})(?P<value>{ANY_NUMBER})",
    re.I,
)
BEFORE = re.compile(
    rf"(?:(?:^|,(?!\d{{3}})|[;:(—–]|\band|\bso)\s*(?P<subject>{PRONOUN}|i\.e\.,?|e\.g\.,?|for example,?|or|namely|so|hence|thus)?\s*(?:{VERB})?\s*|\s(?P<held>{VERB})\s+){FILLER}(?P<near>{NEAR})(?P<value>{ANY_NUMBER})(?P<things>(?: [a-z-]+){{0,3}}?)\s*,?\s*\(?\s*{IF}\s+$",
    re.I,
)
DIRECT = re.compile(rf"[$)\\]*\s*,?\s+{VERB}\s+{FILLER}(?P<near>{NEAR})(?P<value>{ANY_NUMBER})", re.I)
COUNTS = re.compile(
    r"\s*(?:$|[.,;)](?:\s|$)|(?:here|too|and|while|which|against|of them|in all|in total|numbers|multiplications|additions|operations|entries|FLOPs?|features|parameters|weights|scores|values|terms|scalars|elements|pairs|triplets|images|multiply-adds)\b)"
)
OTHER_UNIT = re.compile(
    r"\s?(?:%|×|x\b|times\b|[- ]?fold|m?s\b|µs|seconds?|minutes?|hours?|bytes?|[kKMGT]i?B\b|points?\b|percent|[·*/^+=])|\s?-\s?\d|,\d|\.\d"
)
FLOPS = re.compile(r"\s?(?P<prefix>[kMGT])(?:FLOPs?|FLOPS|MACs?)\b")
BOUND = re.compile(r"\b(?:at most|at least|up to|less than|more than|over|under|below|above)\b", re.I)
# What makes the value one of more or of less than the formula.
SHARED = re.compile(
    r"\b(?:per (?!token|step|query|key)|each|every|both|together|heads?|layers|batch|twice|half|times|saves?|saving|fewer|less|more|instead|without|plus|also|of (?:these|those|them)|among|other|rest|remaining)\b",
    re.I,
)
MEASURED = re.compile(
    r"\b(?:my|our) (?:run|experiment|simulation|test|measurement)s?\b|\b(?:measured?|observed|empirical(?:ly)?|simulat\w+|in practice|experiment\w*)\b|\b(?:I|we) (?:got|found|saw|obtained)\b",
    re.I,
)
GROUPED = re.compile(r"\d(?:\{,\}|\\,|,)$")  # the value is the end of $131{,}328$
REACH = 700


def evaluated(
    sentence: str,
    written: str,
    in_written: Sequence[int],
    previous: str,
    before: str,
    setting: Callable[[], Setting],
) -> Iterator[Spanned]:
    """(start, end, ruling) of each value that a sentence gives a formula by setting its letters.

    `written` is the sentence with its signs for mathematics, `in_written` the place there of each character of
    `sentence`; `previous` is the sentence before it and `before` the section so far.
    """
    own = terms_in(written)
    for one in own:
        yield from _told_directly(one, sentence, bisect_left(in_written, one.end), before)
    if not GROUP.search(sentence):
        return
    for group in GROUP.finditer(sentence):
        if PART_OF_MORE.search(sentence[: group.start()]):
            continue
        after, ahead = AFTER.match(sentence, group.end()), BEFORE.search(sentence[: group.start()])
        if after is None and re.match(rf"\s+{VERB}\s", sentence[group.end() :]):
            continue
        said = after if after is not None else ahead
        if said is None:
            continue
        stated = figure_at(sentence, said.start("value"))
        if stated is None or stated.percent or GROUPED.search(sentence[: said.start("value")]):
            continue
        end = stated.end
        behind = sentence[end:]
        flops = FLOPS.match(behind)
        if flops is not None:
            scale = Fraction(10) ** {"k": 3, "M": 6, "G": 9, "T": 12}[flops.group("prefix")]
            stated = Figure(stated.value * scale, stated.last * scale, stated.start, stated.end, stated.text)
        elif OTHER_UNIT.match(behind):
            continue
        place = in_written[min(said.start("value"), group.start())]
        here = [one for one in own if one.end <= place and not _is_condition(one, written)]
        letters = Letters(
            known_names(group.group("sets")), sentence[: group.end()], f"{before} {sentence}", setting()
        )
        statement = _statement(stated, said, behind)
        judged = _ruled(
            statement, letters.valued(here or terms_in(previous)), written[:place] if here else previous
        )
        if judged is not None and judged.ruling is Ruling.REFUTED and MEASURED.search(sentence):
            continue  # what a run gave is not what the formula says
        if (
            judged is not None
            and judged.ruling is Ruling.REFUTED
            and _has_another(letters.here, here, previous, before)
        ):
            continue
        if judged is None and not here:
            judged = _by_any(statement, letters.valued(terms_in(before[-REACH:])))
        if judged is not None:
            yield said.start("value"), end, judged


def _has_another(letters: frozenset[str], here: Sequence[Term], previous: str, before: str) -> bool:
    """Whether the formula goes without a letter that is set, and one farther back has them all: the case N = L and the rule."""
    used = {name for one in here or terms_in(previous) if one.tree is not None for name in names(one.tree)}
    earlier = [names(one.tree) for one in terms_in(before[-REACH:]) if one.tree is not None]
    return not letters <= used and any(letters <= one for one in earlier)


CONDITION = re.compile(rf"(?:^|\s){IF}\s+\$?$", re.I)
SET_TO = re.compile(rf"(?:^|\s){IF}\s+\$?[\wσ²^\\{{}}]{{1,12}}\s?=\s?$", re.I)


def _is_condition(one: Term, written: str) -> bool:
    """Whether a formula only says what a letter is: `with σ² = √D and D = 16 that is 1/4`."""
    before = written[: one.start]
    equation = "=" in written[one.start : one.end] and CONDITION.search(before)
    return bool(equation or SET_TO.search(before))


def _told_directly(one: Term, sentence: str, end: int, before: str) -> Iterator[Spanned]:
    """`half the matrix, N(N+1)/2, is 45`, where the letters have been set before."""
    said = DIRECT.match(sentence, end)
    stated = figure_at(sentence, said.start("value")) if said is not None else None
    if said is None or stated is None or stated.percent or OTHER_UNIT.match(sentence, stated.end):
        return
    if one.tree is None:
        return
    letters = names(one.tree) - {"pi"}
    known = known_values(letters, sentence[:end], before) or known_values(letters, sentence, before)
    exact = value_at(one.tree, known) if known is not None else None
    if known is None or exact is None:
        return
    near = bool(said.group("near"))
    says = f"with {shown_values(known)} it is {shown(exact)}"
    if stated.agrees(exact, loose=near):
        yield said.start("value"), stated.end, verified(Kind.ARITHMETIC, says, Method.COUNT)
    elif COUNTS.match(sentence[stated.end :]) and not (near and abs(stated.value - exact) <= exact / 20):
        witness = {"letters": shown_values(known), "computed": shown(exact), "stated": stated.text}
        yield said.start("value"), stated.end, refuted(Kind.ARITHMETIC, f"{says}, not {stated.text}", Method.COUNT, witness)  # fmt: skip


@dataclass(frozen=True)
class Valued:
    """A formula with the values of its letters and its own; None where a letter's is not known."""

    term: Term
    known: Mapping[str, Fraction]
    exact: Fraction | None

    @property
    def says(self) -> str:
        """The value, for a person."""
        return f"with {shown_values(self.known)} the formula is {shown(self.exact or Fraction(0))}"


@dataclass(frozen=True)
class Letters:
    """The letters that a sentence sets, and where the others have their values from."""

    here: frozenset[str]
    nearest: str
    around: str
    setting: Setting

    def valued(self, terms: Sequence[Term]) -> list[Valued]:
        """The formulas in which one of the letters occurs, with their values."""
        out = []
        for one in terms:
            if one.tree is None:
                out.append(Valued(one, {}, None))
            elif names(one.tree) & self.here:
                known = known_values(names(one.tree) - {"pi", "e"}, self.nearest, self.around) or {}
                exact = value_at(one.tree, known) if known else None
                if exact is None and known:
                    exact = value_with(one.tree, known, self.setting)
                out.append(Valued(one, known, exact))
        return out


@dataclass(frozen=True)
class Statement:
    """A stated value: its words, and what they say it counts."""

    stated: Figure
    loose: bool
    bound: bool
    subject: str  # in front of the verb: "that", "the map"; "" for "we keep" and the like
    held: bool  # the verb is that of the sentence's own subject
    noun: str
    words: str

    def agrees(self, one: Valued) -> bool:
        """Whether a formula has this value and may count the same."""
        fits = one.exact is not None and self.stated.agrees(one.exact, loose=self.loose)
        return fits and _alike(one.term.noun, self.noun)


def _statement(stated: Figure, said: re.Match[str], behind: str) -> Statement:
    counted = THINGS.match(behind)
    noun = singular(counted.group("noun")) if counted and counted.group("noun") not in NO_NOUN else ""
    groups = said.groupdict()
    tail = re.split(r"[,;.]\s", behind)[0]
    return Statement(
        stated,
        bool(said.group("near")),
        bool(BOUND.search(said.group())),
        (groups.get("subject") or "").lower(),
        bool(groups.get("held")),
        noun,
        f"{said.group()} {tail}",
    )


def _by_any(statement: Statement, values: Sequence[Valued]) -> Judged | None:
    """A formula farther back can verify only."""
    fits = [one for one in values if statement.agrees(one)]
    return (
        verified(Kind.ARITHMETIC, fits[-1].says, Method.COUNT, fits[-1].term.source)
        if fits and statement.stated.value > 1
        else None
    )


def _ruled(statement: Statement, values: Sequence[Valued], source: str) -> Judged | None:
    """By the formulas of the sentence, or of the one before, whose text is `source`."""
    if statement.subject not in MANY_AT_ONCE and _is_total(values):
        values = values[:1]
    for one in reversed(values) if statement.subject in MANY_AT_ONCE else values[-1:]:
        if statement.agrees(one):
            return verified(Kind.ARITHMETIC, one.says, Method.COUNT, one.term.source)
    if len(values) != 1 or values[0].exact is None or statement.bound or SHARED.search(statement.words):
        return None
    one, exact, stated = values[0], values[0].exact, statement.stated
    pronoun = TAKES_UP.fullmatch(statement.subject) is not None
    counts_the_same = statement.noun and one.term.noun
    if not _alike(one.term.noun, statement.noun) or ((statement.held or not pronoun) and not counts_the_same):
        return None
    words = set(re.findall(r"[a-z]{3,}", statement.subject)) - ARTICLES
    if not pronoun and not any(word in source for word in words):
        return None  # another thing than what the formula counts
    if statement.loose and abs(stated.value - exact) <= abs(exact) / 20:
        return None
    witness = {"letters": shown_values(one.known), "computed": shown(exact), "stated": stated.text}
    return refuted(Kind.ARITHMETIC, f"{one.says}, not {stated.text}", Method.COUNT, witness)


def _is_total(values: Sequence[Valued]) -> bool:
    """Whether the first of the formulas is the sum of the others: `2N²D: N²D for the scores and N²D for the values`."""
    parts = [one.exact for one in values if one.exact is not None]
    return len(parts) == len(values) > 2 and parts[0] == sum(parts[1:])


def _alike(one: str, other: str) -> bool:
    """Whether what a formula counts may be what a number counts."""
    return not one or not other or one == other or {one, other} <= LENGTHS or other in {"number", "value"}


def known_names(sets: str) -> frozenset[str]:
    """The names that `N = 9, d_v = 4` sets."""
    return frozenset(map(plain_name, re.findall(rf"({NAME})\s*=", sets)))


__all__ = ["evaluated", "singular", "terms_in"]
