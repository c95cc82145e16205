# ruff: noqa: E501 -- a pattern stays on one line
"""What a sentence gives for an example: points by their entries or angles, whose faces they show, roles, the margin."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from grader.verify.triplets.embeddings import NEAR_ONE, Point, Vector, classes_of, dot, on_circle
from grader.verify.triplets.example import Example, role_of
from grader.verify.triplets.line_points import line_points
from grader.verify.triplets.phrases import ROLES
from grader.verify.triplets.terms import key, term_at

NAME = r"(?:[A-Za-z]{2,9}_?\d{1,2}(?!\w)|f\(\s?[A-Za-z]\w*(?:_\w+)?\s?\)|[A-Za-z](?:_\w{1,4}|\^[a-z+-])?\d{0,2}'?)"
_NUMBER = r"[-+]?\s?(?:\d+(?:\.\d+)?|\.\d+|√\(?\d+\)?(?:\s?/\s?\d+)?|½)(?:\s?/\s?√?\(?\d+\)?)?"
ENTRIES = rf"[(\[]\s?{_NUMBER}(?:\s?[,;]\s?{_NUMBER})+\s?[)\]](?:\s?\^\s?T)?(?:\s?/\s?√?\(?\d+\)?)?"
VECTOR = re.compile(ENTRIES)
_ROLE_WORD = "|".join(f"(?P<role_{letter}>{words})" for letter, words in ROLES.items())
# what stands before the entries of a point: "e_1 =", "the anchor a =", "positive at"
BEFORE_POINT = re.compile(
    rf"(?:(?<![\w^/·*+)]|\\)(?P<name>{NAME})|\b(?:{_ROLE_WORD})(?:\s+(?P<letter>{NAME}))?(?:\s+embedding)?)(?:\s*\((?P<who>[A-Z]\w*)\))?\s*(?:=|:=|:|\bis\b|\bat\b|\blies at\b|\bsits at\b|\bbe\b|→|↦|,)?\s*$",
    re.I,
)
OPERATOR = re.compile(r"[-+·*/=∂∇(]\s*$|\b(?:with respect to|gradient|step|minus|plus|times)\s*$|[a-z]\)\s*$", re.I)  # fmt: skip
# the role behind the vector: "let q = (0.6, 0.8) be the anchor, r = (0, 1) the positive"
ROLE_AFTER = re.compile(
    rf"\s*,?\s*(?:\b(?:be|is|as|being|for|serves? as|will be)\b\s*)?(?:\b(?:the|our|an?|its|your)\b\s*)?\b(?:{_ROLE_WORD})\b(?!\s*(?:[A-Za-z]\s?)?(?:=|at|\())",
    re.I,
)
ANGLE = re.compile(
    rf"(?:(?<![\w^])(?:θ_)?(?P<name>{NAME})|\b(?:{_ROLE_WORD})(?:\s+(?P<letter>{NAME}))?)\s*(?:=|:|\bis\b|\blies\b|\bsits\b|\bstands\b|\bhas\b)?\s*(?:\bat\b)?\s*(?:\bthe |\ban )?(?:\bangle\b)?\s*(?:of\s+)?(?P<degrees>-?\d{{1,3}}(?:\.\d+)?)\s?°",
    re.I,
)
ANGLES = re.compile(
    rf"(?P<names>{NAME}(?:\s?,\s?{NAME}|\s+and\s+{NAME})+)?[^.;:()]{{0,40}}?\bangles?\b[^.;:\d]{{0,20}}?(?P<list>-?\d{{1,3}}(?:\.\d+)?\s?°(?:\s?,\s?(?:and )?|\s+and\s+)-?\d{{1,3}}(?:\.\d+)?\s?°(?:(?:\s?,\s?(?:and )?|\s+and\s+)-?\d{{1,3}}(?:\.\d+)?\s?°)*)"
)
# whose face the points after it show: "Person A:", "Ann has", "of identity 2"
HEAD = re.compile(
    r"(?:\b(?i:person|identity|class|label|subject|individual|ID)\s+(?P<who>[A-Z]\w{0,11}|\d{1,2})\b|(?:^|[.;,:(]\s*|\band\s+)(?P<named>[A-Z][a-z]{0,11})(?:\s*:|\s+(?:has|owns|gives|contributes|with|at)\b|'s))",
)
AFTER_POINT = re.compile(r"\s*\(\s*(?:person |identity |label |class )?(?P<who>[A-Z]\w*|\d)\s*\)|\s+of (?:person |identity )?(?P<of>[A-Z]\w*)\b")  # fmt: skip
_NEXT = r"(?:\s?,\s?|\s+and\s+|,\s+and\s+)"
_NUMBERED = rf"\d{{1,3}}(?:{_NEXT}\d{{1,3}}){{2,15}}(?![\w.]*\d)"
_SPACED = r"\d(?: \d){2,15}(?![\w.]*\d)|[A-Z](?: [A-Z]){2,15}(?!\w)|[a-z](?: [a-z]){2,15}(?!\w)"
_LETTERED = rf"[A-Z]\d?(?:{_NEXT}[A-Z]\d?){{2,15}}(?!\w)|[a-z](?:{_NEXT}[a-z]){{2,15}}(?!\w)"
_NAMED = rf"[A-Za-z]\w{{1,11}}(?:\s?,\s?[A-Za-z]\w{{1,11}}){{1,15}}{_NEXT}[A-Za-z]\w{{1,11}}\b"
LABELS = re.compile(
    rf"\b(?i:labels?|identities|classes|persons|people|y)(?: list| vector| are| is| of| y|:|=|\s)*\s*[(\[⟨]?\s*(?P<labels>{_NUMBERED}|{_LETTERED}|{_NAMED}|{_SPACED})\s*[)\]⟩]?"
)
SAME_PERSON = re.compile(
    rf"(?P<names>{NAME}(?:\s?,\s?{NAME}|\s?,?\s+and\s+{NAME}|\s?(?:,\s?…\s?,|…|-|–|to)\s?{NAME})*)\s+(?:all |both |each )?(?:(?:(?:show|shows|belong to|belongs to|depict|depicts|come from|comes from|share|are (?:images |photos |faces |pictures |embeddings )?of|is of|are from|are|is|have|has|being|from|of)\s+)?(?:(?P<same>(?:the same|one|a single|one and the same) (?:person|identity|class|face|individual|label)\b)|(?P<other>(?:another|a different|a second|the other|a third|different)(?: (?:one|person|identity|class|face))?\b)|(?:person|identity|label|class|subject) (?P<who>[A-Z][a-z]{{0,11}}|[A-Z]|\d)\b)|(?:show|shows|belong to|belongs to|depict|depicts|come from|comes from|are (?:images|photos|faces|pictures|embeddings) of)\s+(?P<of>[A-Z][a-z]{{0,11}}|[A-Z])\b)",
)
ROLE_IS = re.compile(
    rf"(?<![\w^])(?P<letter>[apn])\s*=\s*(?P<name>{NAME})(?![\w(])|\b(?:{_ROLE_WORD})\s*(?:=|is|:)?\s*(?P<named>{NAME})(?![\w(])(?!\s*[=(]?\s*[(\d])"
)
# a letter that a role word introduces: "anchor q", "mate b"
MARGIN = re.compile(
    r"(?:\bmargin(?:s)?(?: parameter)?(?: of the (?:triplet )?loss| in the loss)?(?: (?:α|γ|μ|m))?|(?<![\w^])α)\s*(?:=|:|≈|\bis\b|\bof\b|\bset to\b|\bequal to\b|\bat\b|\bto\b|\bwere\b|\bwas\b)*\s*(?P<value>\d?\.\d+|\d+(?:\.\d+)?)(?![\w.]*\d|\s*(?:[-+·*×/]\s?[\da-z]|%|°))|(?<![\w^])m ?= ?(?P<m>0?\.\d+|1(?:\.0)?)(?![\d.])|(?<![\w^])[μγ] ?= ?(?P<greek>\d?\.\d+|\d(?:\.\d+)?)(?![\d.]|\d| ?[·*×/^])",
    re.I,
)
# "m = 2" may be the length of a value, too, where nothing speaks of triplets
LETTER = re.compile(
    r"(?<![\w^])(?<!= )m ?= ?(?P<value>(?!1(?:\.0)?(?![\d.]))[1-9](?:\.\d+)?)(?![\w.]*\d|\w| ?[=·*×/^])"
)
OF_TRIPLETS = re.compile(
    r"\b(?:triplets?|anchors?|margins?|hinges?|loss(?:es)?|class(?:es)?|positives?|negatives?)\b", re.I
)
# "in cosine", "half the margin": another margin than that of squared distances
OTHER_MARGIN = re.compile(r"\bcosines?\b|\bhalf\b|\bbetween the\b|\bgap\b|\bplain distance", re.I)
PASSING = re.compile(r"\b(?:would|instead|had|were|could|might)\b|\bif\b", re.I)
THRESHOLD = re.compile(
    r"(?:\bthreshold(?:s)?(?: of| is| at| t| d| τ| to|,|:|=)*\s*(?:(?:d|t|τ|D) ?(?:=|≤|<=|<) ?)?|\b(?:accept\w*|pairs?|verif\w*)[^.;:\d]{0,40}?(?:≤|<=|<|\bat most\b|\bbelow\b|\bunder\b|\bup to\b|\bwithin\b)\s*|(?:\b[Aa]t |^\s*|[,;(]\s?|\bfor |\bwith )(?:d|t|τ|D|distance) ?(?:≤|<=|<) ?|\b[Aa]t (?:d|t|τ|D|distance) ?= ?|\b(?:raised|lowered|raising|lowering|increased?|decreased?) to )(?P<value>\d?\.\d+|\d+(?:\.\d+)?)(?![\w.]*\d|\s*(?:[·*×/]|%|°))",
    re.I,
)
SQUARED = re.compile(
    r"\b[dDδ](?:\(\s?\w+(?:_\w)?\s?,\s?\w+(?:_\w)?\s?\)|_\w+)\s?=\s?(?:‖[^‖]{2,20}‖(?:_2)?\s?\^\s?2|2\s?-\s?2)|\bsquared (?:euclidean |ℓ2 |L2 )?distances?\b|\bdistances? (?:is|are|mean\w*) (?:always |all )?(?:the )?squared?\b|dist²|‖[^‖]{3,20}‖(?:_2)?\^2 ?(?:-|≤|<|=) ?",
    re.I,
)
PLAIN = re.compile(r"\b[dDδ]\(\s?\w+(?:_\w)?\s?,\s?\w+(?:_\w)?\s?\)\s?(?:=\s?‖[^‖]{2,20}‖(?!_2\s?\^)(?:_2)?(?!\s?\^)|\^\s?2)|\bd\^2\(")  # fmt: skip
SPHERE = re.compile(
    r"\b(?:unit (?:hyper)?(?:sphere|circle|norm|length|vectors?|embeddings?)|(?:hyper)?sphere|normali[sz](?:ed|ation)|(?:norm|length) (?:one|1)\b)|‖f\(\w\)‖(?:_2)?(?:\^2)? ?= ?1|‖\w(?:_\w)?‖(?:_2)?(?:\^2)? ?= ?(?:‖\w(?:_\w)?‖ ?= ?)*1\b|𝕊|\\mathbb ?S|\bS\^d-1|\bS\^\(?d-1|\bon the circle\b|\bfacenet\b",
    re.I,
)


@dataclass(frozen=True)
class Given:
    """A sentence's givens: the example with them, and where they stand."""

    example: Example
    spans: tuple[tuple[int, int], ...] = ()


def conventions(text: str, example: Example) -> Example:
    """The example with what a text says of its distances: squared or not, on the unit sphere or not."""
    squared = False if PLAIN.search(text) else True if SQUARED.search(text) else example.squared
    return replace(example, squared=squared, sphere=example.sphere or SPHERE.search(text) is not None)


def points_in(text: str, example: Example, block: int, before: str) -> Given:
    """The example with the points that a sentence gives. `before` is the block's text up to it."""
    on_line = line_points(text)
    if on_line:
        return Given(example.with_points(on_line, block, Fraction(0)))
    found: list[tuple[int, int, str, Vector, str | None, str]] = []  # start, end, name, entries, who, role
    for one in VECTOR.finditer(text):
        named = BEFORE_POINT.search(text[: one.start()])
        if named is None:
            continue
        linked = re.search(r"[=:→↦]|\b(?:is|at|be)\b", text[named.end("name") : one.start()]) if named.group("name") else True  # fmt: skip
        if not linked or (named.group("name") and OPERATOR.search(text[: named.start("name")])):
            continue
        term = term_at(text, one.start())
        if term is None or not isinstance(term.value, tuple):
            continue
        name, role = _name_of(named)
        if name:
            after = AFTER_POINT.match(text, one.end())
            own = named.group("who") or (after and (after.group("who") or after.group("of")))
            behind = ROLE_AFTER.match(text, one.end())
            if behind is not None and not role:
                role = next(letter for letter in ROLES if behind.group(f"role_{letter}"))
            found.append((named.start(), one.end(), name, term.value, own or None, role))
    found += _by_angle(text, {start for start, *_ in found})
    if not found:
        return Given(_listed_points(text, example, block))
    found.sort(key=lambda one: one[0])
    heads = [(head.start(), head.group("who") or head.group("named")) for head in HEAD.finditer(text)]
    earlier = [head.group("who") or head.group("named") for head in HEAD.finditer(before)]
    points: list[Point] = []
    roles: dict[str, str] = dict(example.roles)
    for start, _, name, vector, own, role in found:
        told = [who for place, who in heads if place <= start] or earlier[-1:]
        who = own or (told[-1] if told and key(told[-1]) != name else None)
        points.append(Point(name, vector, who))
        letter = role or role_of(name)
        if role or (letter and letter not in roles):
            roles[letter] = name
    points = _by_letter(points)
    made = example.with_points(tuple(points), block, _rounding(found))
    kept = {role: name for role, name in roles.items() if name in made.batch.by_name}
    made = replace(made, roles=kept).refreshed()
    return Given(made, tuple((start, end) for start, end, *_ in found))


def _by_letter(points: Sequence[Point]) -> list[Point]:
    """Points named A1, A2, B1 show the faces of A and of B, if nothing else says whose they are."""
    if any(point.who is not None for point in points) or not all(re.fullmatch(r"[A-Z]\d", point.name) for point in points):  # fmt: skip
        return list(points)
    letters = {point.name[0] for point in points}
    return [replace(point, who=point.name[0]) for point in points] if len(letters) > 1 else list(points)


def _name_of(named: re.Match[str]) -> tuple[str, str]:
    """The key and the role of a point that stands before its entries."""
    groups = named.groupdict()
    if groups.get("name"):
        return key(groups["name"]), ""
    role = next((letter for letter in ROLES if groups.get(f"role_{letter}")), "")
    return (key(groups["letter"]) if groups.get("letter") else role), role


def _rounding(found: Sequence[tuple[int, int, str, Vector, str | None, str]]) -> Fraction:
    """Half the last digit of entries that seem to be rounded: their length is nearly one, but not quite."""
    off = Fraction(0)
    for *_, vector, _, _ in found:
        length = dot(vector, vector)
        if length != 1 and abs(length - 1) <= NEAR_ONE and max(one.denominator for one in vector) <= 10**6:
            decimals = max(len(f"{float(one):.6f}".rstrip("0").partition(".")[2]) for one in vector)
            off = max(off, Fraction(1, 2 * 10**decimals))
    return off


def _by_angle(text: str, taken: set[int]) -> list[tuple[int, int, str, Vector, str | None, str]]:
    out: list[tuple[int, int, str, Vector, str | None, str]] = []
    for one in ANGLE.finditer(text):
        if one.start() in taken or (one.group("name") in {"a", "A"} and not re.search(r"a\s*(?:=|:|is|lies|sits|at)", one.group())):  # fmt: skip
            continue
        if re.search(r"\bangle (?:between|of)\b[^.;]{0,20}$", text[: one.start()]):
            continue
        name, role = _name_of(one)
        linked = re.search(r"=|:|\bat\b|\bis\b|\blies\b|\bsits\b|\bstands\b", one.group())
        if name and (linked or role):
            out.append((one.start(), one.end(), name, on_circle(Fraction(one.group("degrees"))), None, role))
    if len(out) > 1:
        return out
    for many in ANGLES.finditer(text):
        degrees = [Fraction(one) for one in re.findall(r"-?\d{1,3}(?:\.\d+)?(?=\s?°)", many.group("list"))]
        names = re.findall(NAME, many.group("names")) if many.group("names") else []
        if not names and len(degrees) == 3 and re.search(r"\btriplet|\banchor|\bpositive|unit vectors", text, re.I):  # fmt: skip
            names = ["a", "p", "n"]
        if len(names) == len(degrees) > 2:
            start, end = many.start("list"), many.end()
            return [(start, end, key(name), on_circle(one), None, "") for name, one in zip(names, degrees, strict=True)]  # fmt: skip
    return []


LISTED = re.compile(rf"\b(?:embeddings?|vectors?|points?|images?|faces?|(?:mini-?)?batch)\b[^.;()]{{0,40}}?(?P<list>{ENTRIES}(?:(?:\s?,\s?(?:and )?|\s+and\s+){ENTRIES}){{2,}})")  # fmt: skip
NAMED_LIST = re.compile(rf"(?P<names>{NAME}(?:\s?,\s?{NAME}|\s+and\s+{NAME})+)\s*(?:=|are|:)\s*$")


def _listed_points(text: str, example: Example, block: int) -> Example:
    """`the embeddings (1, 0), (0.8, 0.6), (0, 1)`: points by their numbers."""
    for one in LISTED.finditer(text):
        vectors = [term_at(text, entry.start()) for entry in VECTOR.finditer(text, one.start("list"), one.end())]  # fmt: skip
        entries = [term.value for term in vectors if term is not None and isinstance(term.value, tuple)]
        named = NAMED_LIST.search(text[: one.start("list")])
        names = [key(name) for name in re.findall(NAME, named.group("names"))] if named else []
        if len(names) != len(entries):
            names = [str(number) for number in range(1, len(entries) + 1)]
        return example.with_points(tuple(Point(name, vector) for name, vector in zip(names, entries, strict=True)), block, Fraction(0))  # fmt: skip
    return example


# -- whose faces ---------------------------------------------------------------------------------------------------


def identities_in(text: str, example: Example) -> Example:
    """The example with what a sentence says of whose faces its points show, and with the sizes of its classes."""
    batch = example.batch
    labels = LABELS.search(text)
    if labels is not None:
        listed = listed_labels(labels)
        names = any(one in batch.by_name for one in map(key, listed))
        if len(listed) == len(batch.points) and (not names or len(set(listed)) < len(listed)):
            points = tuple(replace(point, who=who) for point, who in zip(batch.points, listed, strict=True))
            example = replace(example, batch=replace(batch, points=points)).refreshed()
        if re.search(r"label|identit|class|\by\b", labels.group(), re.I):
            example = replace(example, classes=classes_of(listed))
        return example
    who = _of_persons(text, example)
    if who and len(who) == len(batch.points):
        points = tuple(replace(point, who=who[point.name]) for point in batch.points)
        example = replace(example, batch=replace(batch, points=points)).refreshed()
    return example


def _of_persons(text: str, example: Example) -> Mapping[str, str]:
    """Each point's person, from `e_1 and e_2 show Ann, e_3 and e_4 Ben`."""
    out = {point.name: point.who for point in example.batch.points if point.who is not None}
    if len(out) == len(example.batch.points):
        return {}
    other = 0
    for found in SAME_PERSON.finditer(text):
        names = names_listed(found.group("names"), example)
        if not names:
            continue
        other += 1
        who = found.group("who") or found.group("of") or f"#{other}"
        for name in names:
            out[name] = who
    return out


def names_listed(listed: str, example: Example) -> list[str]:
    """The known points of `e_1 and e_2`, `e_3, …, e_5`, `e_3 to e_5`; empty if one is not known."""
    order = [point.name for point in example.batch.points]
    names: list[str] = []
    parts = re.split(r"(\s?,\s?…\s?,?\s?|\s?…\s?|\s?[-–]\s?|\s+to\s+)|\s?,\s?(?:and\s+)?|\s+and\s+", listed)
    through = False
    for part in parts:
        if part is None or not part.strip():
            continue
        if re.fullmatch(r"\s?,?\s?…?\s?,?\s?|\s?[-–]\s?|\s+to\s+", part):
            through = True
            continue
        name = example.resolved(part)
        if name not in order:
            return []
        if through and names:
            names += order[order.index(names[-1]) + 1 : order.index(name) + 1]
        else:
            names.append(name)
        through = False
    return names


def listed_labels(found: re.Match[str]) -> list[str]:
    """The labels of a list that `LABELS` has found, with commas between them or only spaces."""
    told = found.group("labels").strip()
    return re.split(r"\s?,\s?(?:and\s+)?|\s+and\s+", told) if re.search(r",|\band\b", told) else told.split()


def labels_given(text: str) -> tuple[str, ...]:
    """The labels of the batch that a text has listed last."""
    found = list(LABELS.finditer(text))
    return tuple(listed_labels(found[-1])) if found else ()


def roles_in(text: str, example: Example) -> Example:
    """The example with the roles that a sentence gives its points: `a = e_2, p = e_1, n = e_3`, `anchor e_2`."""
    roles = dict(example.roles)
    for found in ROLE_IS.finditer(text):
        name = example.resolved(found.group("name") or found.group("named"))
        letter = found.group("letter") or next(one for one in ROLES if found.group(f"role_{one}"))
        if name in example.batch.by_name and name != letter:
            roles[letter] = name
    if roles == dict(example.roles):
        return example
    made = replace(example, roles=roles)
    view = made.role_view() if len(set(roles.values())) == len(roles) else None
    return replace(made, view=view) if view is not None else made


# -- margins and thresholds ----------------------------------------------------------------------------------------


def margins_in(text: str) -> Iterator[tuple[int, int, Fraction]]:
    """(start, end, margin) of each margin that a text names."""
    for found in MARGIN.finditer(text):
        if OTHER_MARGIN.search(text[max(0, found.start() - 30) : found.end() + 30]):
            continue
        yield (
            found.start(),
            found.end(),
            Fraction(found.group("value") or found.group("m") or found.group("greek")),
        )
    if OF_TRIPLETS.search(text):
        for found in LETTER.finditer(text):
            yield found.start(), found.end(), Fraction(found.group("value"))


def thresholds_in(text: str) -> Iterator[tuple[int, int, Fraction]]:
    """(start, end, threshold) of each threshold on distances that a text names."""
    for found in THRESHOLD.finditer(text):
        yield found.start(), found.end(), Fraction(found.group("value"))


# -- sizes of classes ----------------------------------------------------------------------------------------------

SIZES = re.compile(
    r"\b(?:[Cc]lass(?:es)? sizes?|[Ss]izes|n_c)\b[^.;\d]{0,20}?(?P<sizes>\d{1,4}(?:(?:\s?,\s?(?:and\s+)?|\s+and\s+)\d{1,4})+)"
    r"|\b\d{1,3} (?:people|persons|identities|classes|subjects|individuals)\b[^.;\d]{0,20}?\bwith (?P<with>\d{1,4}(?:(?:\s?,\s?(?:and\s+)?|\s+and\s+)\d{1,4})+) (?:images|photos|pictures|faces|shots|examples|members)"
)


__all__ = [
    "ENTRIES",
    "HEAD",
    "LABELS",
    "NAME",
    "PASSING",
    "SIZES",
    "VECTOR",
    "Given",
    "conventions",
    "identities_in",
    "labels_given",
    "listed_labels",
    "margins_in",
    "names_listed",
    "points_in",
    "roles_in",
    "thresholds_in",
]
