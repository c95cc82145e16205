# ruff: noqa: E501 -- a pattern stays on one line
"""Statements about attention read as things, properties and conditions, whatever their order, verb and voice.

A sentence is cut into pieces at its commas and conjunctions, and each piece into words of the vocabulary
(`proposition_words`). A truth (`attention_truths`) names the words that a piece must have and those that it may have;
a piece with any other word, known or not, is left alone. The property's side and the number of negations then say
whether the piece asserts the truth or denies it. A piece may leave out its subject, or its property after "so does",
if the pieces before it have exactly one that fits.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from itertools import pairwise

from grader.verify.claim import Judged, Kind, Method, Spanned, refuted, verified
from grader.verify.reading.plain_signs import plain_signs
from grader.verify.words.proposition_words import (
    ADVERB,
    ARTICLES,
    ASIDES,
    CASES,
    CONDITION,
    FILLER,
    LIKEWISE,
    LIMITING,
    PREDICATES,
    PRONOUN,
    SEPARATOR,
    WORDS,
    alternatives,
)

EVERYWHERE = frozenset(
    {"ALWAYS", "NUMDEN", "UNDER_MASK", "AFTER_SOFTMAX", "SOFTMAX_ATT", "SELF_ATT", "RF"}
)  # words that may stand in any statement
SUBJECTS = re.compile(r"attention|softmax|kernel|feature|causal|mask|cosine|matri|quer(?:y|ies)", re.I)
COSTS = frozenset({"TOKEN_WORK"})  # what is said of it is the claim of a cost
LONGEST_BEFORE, NEAR = 1500, 200
UNKNOWN, CONDITIONAL, JOINT = "?", "if", ","
# what may stand in front of a piece without a verb that limits the piece beside it
VERB = re.compile(
    r"\b(?:is|are|was|were|has|have|does|do|can|cannot|must|may|will|would|could|should|need|needs|stays?|remains?|becomes?|gets?)\b",
    re.I,
)


@dataclass(frozen=True)
class Truth:
    """What holds of which thing: the words a piece needs and may have, and what breaks the opposite."""

    needs: frozenset[str]
    holds: bool
    says: str
    witness: Mapping[str, object]
    allows: frozenset[str] = frozenset()
    scope: re.Pattern[str] | None = None  # what the text around speaks of
    near: re.Pattern[str] | None = None  # what the sentence or the words right before it speak of
    unless: re.Pattern[str] | None = None  # what in the sentence gives it another reading

    of_features: bool = False  # of the features with scale √(1/R) only
    needs_scale: bool = False  # and only if the text gives them

    @property
    def properties(self) -> frozenset[str]:
        """The words that say something of the others."""
        return self.needs & PREDICATES


BACK = re.compile(r"\b(?:it|they)\b", re.I)


@dataclass(frozen=True)
class _Token:
    """A word of the vocabulary by every name that its form has; a name with a minus says its opposite."""

    signed: frozenset[str]
    start: int
    end: int

    @property
    def names(self) -> frozenset[str]:
        return frozenset(name.lstrip("-") for name in self.signed)


@dataclass(frozen=True)
class _Piece:
    """What stands between two commas or conjunctions."""

    tokens: tuple[_Token, ...]
    text: str
    joint: str  # the comma or the conjunction before it

    @property
    def names(self) -> frozenset[str]:
        return frozenset(name for token in self.tokens for name in token.names) - {"NEG"}

    @property
    def negations(self) -> int:
        return sum("NEG" in token.signed for token in self.tokens)

    @property
    def has_verb(self) -> bool:
        return bool(self.names & PREDICATES) or VERB.search(self.text) is not None

    @property
    def starts_with_pronoun(self) -> bool:
        text = self.text.strip()
        if PRONOUN.match(text) is not None:
            return True
        # "for δ → ∞ it tends to 0": the thing is named before
        return not _things(self.names) and bool(self.names & CASES) and BACK.search(text) is not None


@dataclass(frozen=True)
class _Read:
    start: int
    end: int
    truth: Truth
    told: bool  # whether the words say that what the truth names is so
    piece: int


def propositions(
    sentence: str, before: str, subjects: str, scale: Fraction | None, truths: Sequence[Truth]
) -> Iterator[Spanned]:
    """(start, end, ruling) of each statement of a sentence that the truths decide.

    `subjects` names what the document as a whole speaks of, `scale` is R·c² of its feature map c·[sin, cos].
    """
    plain, places = plain_signs(sentence)
    around = f"{subjects} {before[-LONGEST_BEFORE:]} {sentence}"
    if not SUBJECTS.search(around):
        return
    pieces = _pieces(plain)
    # only a pronoun at the beginning looks back
    earlier = _last_piece(before) if pieces and pieces[0].starts_with_pronoun else []
    names = frozenset(name for piece in (*pieces, *earlier) for name in piece.names)
    near = f"{before[-NEAR:]} {sentence}"
    truths = [
        truth for truth in truths
        if truth.needs <= names
        and not (truth.of_features and scale not in {None, Fraction(1)})
        and not (truth.needs_scale and scale is None)
        and _in_scope(truth, sentence, near, around)
    ]  # fmt: skip
    reads = list(_readings(pieces, earlier, truths))
    # "cancels and can be left out" says one thing twice
    reads = [
        read
        for place, read in enumerate(reads)
        if not any((one.truth, one.told) == (read.truth, read.told) for one in reads[:place])
    ]
    wrong = [read for read in reads if read.told != read.truth.holds]
    for read in reads:
        after_wrong = any(one.piece == read.piece - 1 for one in wrong)
        given = read.piece == 0 or after_wrong
        if read not in wrong and (
            pieces[read.piece].joint == "(" or (wrong and given and _is_reason(pieces, read))
        ):
            continue  # a right remark, or a right reason for a wrong conclusion, is no claim of its own
        first = read.start
        if read in wrong and reads.index(read) == 1 and not reads[0].piece and _is_reason(pieces, reads[0]):
            first = reads[0].start
        start, end = places[first], places[read.end]
        yield start, end, _ruling(read, sentence[start:end])


REASON = re.compile(r"\W*(?:because|since|as|given that)\b", re.I)


def _is_reason(pieces: Sequence[_Piece], read: _Read) -> bool:
    """Whether a reading is the reason of what stands beside it."""
    return REASON.match(pieces[read.piece].joint) is not None


def _ruling(read: _Read, stated: str) -> Judged:
    kind = Kind.COMPLEXITY if read.truth.needs & COSTS else Kind.FACT
    if read.told == read.truth.holds:
        return verified(kind, read.truth.says, Method.SYMBOLIC)
    return refuted(
        kind,
        read.truth.says,
        Method.SYMBOLIC,
        {**read.truth.witness, "stated": " ".join(stated.split())},
    )


_END = r"(?:(?!\w)|(?<=\W))"


@cache
def _any_form() -> re.Pattern[str]:
    # at most places no word of the vocabulary begins, and one match says so
    return re.compile(rf"(?:{'|'.join(WORDS.values())}){_END}", re.I)


@cache
def _vocabulary() -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple((name, re.compile(rf"(?:{forms}){_END}", re.I)) for name, forms in WORDS.items())


@cache
def _forms(name: str) -> tuple[re.Pattern[str], ...]:
    # each form by itself, so that the longest is found whatever their order
    return tuple(re.compile(rf"(?:{form}){_END}", re.I) for form in alternatives(WORDS[name]))


WORD_BEGINS = re.compile(r"(?<![\w\\])\w|[^\w\s]")
ARTICLE = re.compile(rf"{ARTICLES} ", re.I)
WORD = re.compile(r"[\w'’^_√σφψκδ]+(?:-\w+)*|[^\w\s]")


def _tokens(plain: str) -> Iterator[_Token]:
    """The longest words of the vocabulary from left to right; what is not in it comes out as unknown."""
    at_place: dict[int, dict[int, set[str]]] = {}
    for start in reversed([beginning.start() for beginning in WORD_BEGINS.finditer(plain)]):
        here = at_place.setdefault(start, {})
        for name, pattern in _vocabulary() if _any_form().match(plain, start) is not None else ():
            for form in _forms(name) if pattern.match(plain, start) is not None else ():
                found = form.match(plain, start)
                if found is not None and found.end() > start:
                    here.setdefault(found.end(), set()).add(name)
        article = ARTICLE.match(plain, start)
        for end, names in at_place.get(article.end(), {}).items() if article is not None else ():
            here.setdefault(end, set()).update(names)
    place = 0
    while place < len(plain):
        if plain[place].isspace():
            place += 1
            continue
        here = at_place.get(place, {})
        last = max(here, default=0)
        joint = SEPARATOR.match(plain, place)
        filler = _filler(plain, place)
        if joint is not None and filler is not None and filler.end() > joint.end():
            joint = None  # "so does"
        if here and (filler is None or filler.end() <= last) and (joint is None or joint.end() <= last):
            yield _Token(frozenset(here[last]), place, last)
            place = last
        elif joint is not None and _starts_word(plain, place):
            yield _Token(frozenset({JOINT}), place, joint.end())
            place = joint.end()
        elif filler is not None and _starts_word(plain, place):
            place = filler.end()
        else:
            word = WORD.match(plain, place)
            end = word.end() if word else place + 1
            if plain[place:end] not in SIGNS_OF_NOTHING:
                condition = _CONDITION.fullmatch(plain[place:end])
                yield _Token(frozenset({CONDITIONAL if condition else UNKNOWN}), place, end)
            place = end


SIGNS_OF_NOTHING = frozenset({".", "!", "'", "’", "“", "”", '"', "*", "`", "-", "…"})
_NOTHING = "|".join([*(pattern.pattern[3:-1] for pattern in (LIKEWISE, PRONOUN, FILLER)), ADVERB])
_ANY_FILLER = re.compile(rf"(?:{_NOTHING})(?!\w)", re.I)


@cache
def _fillers() -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(rf"(?:{form})(?!\w)", re.I) for form in alternatives(_NOTHING))


def _filler(plain: str, place: int) -> re.Match[str] | None:
    """The longest of the words that say nothing, at a place."""
    if _ANY_FILLER.match(plain, place) is None:
        return None
    found = [match for form in _fillers() if (match := form.match(plain, place)) is not None]
    return max(found, key=lambda match: match.end(), default=None)


def _starts_word(plain: str, place: int) -> bool:
    return place == 0 or not (plain[place - 1].isalnum() and plain[place].isalnum())


_CONDITION = re.compile(CONDITION.pattern, re.I)


def _without_contrast(tokens: list[_Token]) -> list[_Token]:
    """The words without what is named only to be excluded: `the rows, not the columns, sum to one`."""
    joints = [place for place, token in enumerate(tokens) if JOINT in token.signed]
    for first, last in pairwise(joints):
        between = tokens[first + 1 : last]
        names = frozenset(name for token in between for name in token.names)
        before = tokens[max((place for place in joints if place < first), default=-1) + 1 : first]
        if (
            len(between) == 2
            and between[0].signed == {"NEG"}
            and not names & PREDICATES
            and UNKNOWN not in names
            and before
            and not any(token.names & PREDICATES for token in before)
        ):
            return _without_contrast(tokens[:first] + tokens[last + 1 :])
    return tokens


def _pieces(plain: str) -> list[_Piece]:
    out: list[_Piece] = []
    here: list[_Token] = []
    since, joint = 0, ""
    for token in (
        *_without_contrast(list(_tokens(plain))),
        _Token(frozenset({JOINT}), len(plain), len(plain)),
    ):
        if JOINT not in token.signed:
            here.append(token)
            continue
        text = plain[since : token.start]
        if text.strip(" .!"):
            out.append(_Piece(tuple(here), text, joint))
        here, since, joint = [], token.end, plain[token.start : token.end]
    return out


# "numerator and denominator are, up to a factor, unbiased": the subject stands two pieces before
INTERRUPTED = re.compile(r"\b(?:is|are|was|were|has|have|does|do|can|will|may)\W*$", re.I)


def _last_piece(before: str) -> list[_Piece]:
    """The pieces of the sentence before, of which a pronoun may speak."""
    last = re.split(r"(?<=[.!?;])\s", before[-400:].strip())[-1]
    return _pieces(plain_signs(last)[0])


def _readings(
    pieces: Sequence[_Piece], earlier: Sequence[_Piece], truths: Sequence[Truth]
) -> Iterator[_Read]:
    conditional = [number for number, piece in enumerate(pieces) if CONDITIONAL in piece.names]
    used: set[int] = set()
    told: list[tuple[_Read, frozenset[str]]] = []
    for width in (1, 2, 3, 4):
        for first in range(len(pieces) - width + 1):
            numbers = range(first, first + width)
            if used & set(numbers) or not set(conditional) <= set(numbers):
                continue
            window = pieces[first : first + width]
            if (
                width > 1
                and sum(piece.has_verb for piece in window) > 1
                and not any(piece.names & CASES for piece in window)
            ):
                continue
            if any(_limits(pieces, beside, numbers) for beside in (first - 1, first + width)):
                continue
            if any(INTERRUPTED.search(piece.text) for piece in pieces[max(first - 2, 0) : first]):
                continue
            read = _window(
                window,
                first,
                pieces[:first]
                if first and any(_things(one.names) or UNKNOWN in one.names for one in pieces[:first])
                else (earlier if pieces[first].starts_with_pronoun else ()),
                [one for one in told if one[0].piece < first],
                truths,
            )
            if read is not None:
                used |= set(numbers)
                told.append((read, frozenset().union(*(piece.names for piece in window))))
    yield from sorted((read for read, _ in told), key=lambda read: read.start)


def _limits(pieces: Sequence[_Piece], place: int, window: range) -> bool:
    """Whether a piece beside a window has no verb and says something that the window does not have."""
    if place not in range(len(pieces)) or place in window:
        return False
    piece = pieces[place]
    if piece.names & CASES and not piece.names & PREDICATES:
        return True
    return (
        bool(piece.names - ASIDES)
        and not piece.has_verb
        and not _is_elliptic(piece)
        and LIMITING.match(piece.text) is not None
    )


def _is_elliptic(piece: _Piece) -> bool:
    return LIKEWISE.search(piece.text) is not None or piece.negations > 0


def _window(
    window: Sequence[_Piece], first: int, before: Sequence[_Piece], told: Sequence[tuple[_Read, frozenset[str]]], truths: Sequence[Truth],
) -> _Read | None:  # fmt: skip
    tokens = [token for piece in window for token in piece.tokens if token.signed != {"NEG"}]
    if any(token.names & CASES for token in tokens):
        tokens = [token for token in tokens if token.signed != {CONDITIONAL}]  # "if, however, all keys ..."
    names = frozenset(name for token in tokens for name in token.names)
    if not tokens or UNKNOWN in names:
        return None
    negations = sum(piece.negations for piece in window)
    start, end = (
        min(piece.tokens[0].start for piece in window if piece.tokens),
        max(piece.tokens[-1].end for piece in window if piece.tokens),
    )
    fitting = [truth for truth in truths if truth.needs & names and _allowed(truth, tokens)]
    whole = [truth for truth in fitting if _all_said(sorted(truth.needs), tokens)]
    if whole:
        best = max(whole, key=lambda truth: len(truth.needs))
        return _Read(start, end, best, _told(best, tokens, negations), first)
    missing = [(truth, truth.needs - names) for truth in fitting]
    properties = names & PREDICATES
    if properties and (window[0].starts_with_pronoun or not _things(names)):
        # a piece without its subject
        piece = next(
            (piece for piece in reversed(before) if _things(piece.names) or UNKNOWN in piece.names), None
        )
        if piece is not None:
            own = [truth for truth, lack in missing if lack and not lack & PREDICATES and lack <= piece.names]
            # where something is not read, only what the piece begins with can be meant
            sure = UNKNOWN not in piece.names or any(_first_thing(piece) & truth.needs for truth in own)
            if len(own) == 1 and sure and len(_rivals(piece)) < 2:
                return _Read(start, end, own[0], _told(own[0], tokens, negations), first)
    if not properties and told and any(map(_is_elliptic, window)):
        # a piece without its property
        last, last_names = told[-1]
        own = [
            truth for truth, lack in missing
            if lack and lack <= (last_names & PREDICATES) | (truth.needs & last.truth.needs) and truth.properties == last.truth.properties
        ]  # fmt: skip
        if len(own) == 1:
            turned = negations > 0 and not any(LIKEWISE.search(piece.text) for piece in window)
            return _Read(start, end, own[0], last.told != turned, first)
    return None


def _all_said(needs: Sequence[str], tokens: Sequence[_Token]) -> bool:
    """Whether each of the words has a token of its own."""
    return not needs or any(
        needs[0] in token.names and _all_said(needs[1:], [*tokens[:place], *tokens[place + 1 :]])
        for place, token in enumerate(tokens)
    )


def _told(truth: Truth, tokens: Sequence[_Token], negations: int) -> bool:
    """Whether the words say what the truth names: an even number of negations and of opposites."""
    # a word that only may stand there turns nothing
    opposites = sum(bool(token.names & truth.needs) and not token.signed & truth.needs for token in tokens)
    return (negations + opposites) % 2 == 0


def _rivals(piece: _Piece) -> list[_Token]:
    """The things of a piece that a pronoun could mean as well as each other."""
    return [token for token in piece.tokens if token.names & _RIVALS]


def _first_thing(piece: _Piece) -> frozenset[str]:
    return next((token.names for token in piece.tokens if _things(token.names)), frozenset())


_RIVALS = frozenset({"QF", "KF", "BOTHF", "KEYS", "QUERIES", "VALUES"})


def _things(names: frozenset[str]) -> frozenset[str]:
    return names - PREDICATES - ASIDES


def _allowed(truth: Truth, tokens: Sequence[_Token]) -> bool:
    wanted = truth.needs | truth.allows | EVERYWHERE
    return all(token.names & wanted for token in tokens)


def _in_scope(truth: Truth, sentence: str, near: str, around: str) -> bool:
    return (
        (truth.scope is None or truth.scope.search(around) is not None)
        and (truth.unless is None or truth.unless.search(sentence) is None)
        and (truth.near is None or truth.near.search(near) is not None)
    )


__all__ = ["Truth", "propositions"]
