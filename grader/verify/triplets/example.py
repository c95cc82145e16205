"""What a document has given of its worked example at a place: points, roles, distances, margin, the triplet in view."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction

from grader.verify.triplets.accepted_pairs import Tally
from grader.verify.triplets.embeddings import (
    USUAL_MARGIN,
    Anchor,
    Batch,
    Classes,
    Family,
    Point,
    Triplet,
    Vector,
    gradients,
)
from grader.verify.triplets.terms import Known, key

ROLE_LETTERS = ("a", "p", "n")
REACH = 3  # blocks through which points are remembered that no statement goes by


@dataclass(frozen=True)
class View:
    """The triplet that the text speaks of: its distances if they are known, and its points if they have names."""

    p: Fraction | None = None
    n: Fraction | None = None
    names: tuple[str, str, str] = ("", "", "")
    guessed: bool = False  # "distances 0.9 and 0.7": the positive's is taken to be the first
    slack: Fraction = Fraction(0)
    passing: bool = (
        False  # named by its numbers alone: it is forgotten when the text goes on to something else
    )

    @property
    def triplet(self) -> Triplet | None:
        """The triplet, once both its distances are known."""
        return None if self.p is None or self.n is None else Triplet(self.p, self.n, *self.names)


@dataclass(frozen=True)
class Example:
    """The state of the reading."""

    batch: Batch = field(default_factory=Batch)
    archive: Mapping[str, Vector] = field(default_factory=dict)  # points of earlier examples
    roles: Mapping[str, str] = field(default_factory=dict)  # a, p, n -> a point's key
    since: int = -1  # the block that has given the last point
    apart: bool = False  # a heading has come since then
    used: int = -1  # the block in which a statement has last gone by the points, or by the listed distances
    by_cosine: frozenset[frozenset[str]] = (
        frozenset()
    )  # pairs of points whose distance follows from their cosine
    family: Family | None = None
    own_family: bool = False  # the family is a list or a table of distances, not the batch
    view: View = View()
    margins: tuple[Fraction, ...] = ()  # the one in force first
    squared: bool | None = None  # whether the text's d is a squared distance; None where it does not say
    sphere: bool = False
    classes: Classes | None = None
    threshold: Fraction | None = None
    losses: tuple[Fraction, ...] = ()  # those that the text has listed last
    moved: Mapping[str, Vector] = field(default_factory=dict)  # the point after a gradient step
    earlier_move: Vector | None = None  # what it was before it was scaled back to length one
    tally: Tally = field(default_factory=Tally)
    collapsed: int = -9  # the block that has last spoken of a collapsed network
    letters: Mapping[str, str] = field(default_factory=dict)  # of the distances: u -> d(a,p)
    sorted_apart: bool = False  # the document calls some triplets semi-hard, so that hard ones are others
    pairs: tuple[tuple[Fraction, ...], tuple[Fraction, ...]] | None = None  # listed: same, different people

    @property
    def margin(self) -> Fraction:
        """The margin in force: FaceNet's where the text gives none."""
        return self.margins[0] if self.margins else USUAL_MARGIN

    @property
    def other_margins(self) -> tuple[Fraction, ...]:
        """Margins that the text has given before."""
        return tuple(one for one in self.margins[1:] if one != self.margin)

    def stale(self, block: int) -> bool:
        """Whether the text has gone on for a while without the points, or has set another triplet since then."""
        return block - self.used > REACH

    def resolved(self, name: str) -> str:
        """The key of the point that a name means: itself, or what has the role of this letter."""
        plain = key(name)
        if plain in self.batch.by_name:
            return plain
        if plain in self.roles:
            return self.roles[plain]
        # "d(1, 2)" of the points x_1, x_2, and "e_1" where the table says 1
        of_class = re.fullmatch(r"(?P<who>[A-Za-z])(?P<place>\d)", plain)
        if of_class is not None and all(re.fullmatch(r"x?\d+", one) for one in self.batch.by_name):
            # "B2" of points without names is the second of class B
            shown = [
                one.name
                for one in self.batch.points
                if (one.who or "").lower() == of_class.group("who").lower()
            ]
            return (
                shown[int(of_class.group("place")) - 1]
                if 0 < int(of_class.group("place")) <= len(shown)
                else plain
            )
        same = [one for one in self.batch.by_name if one.lstrip("exzfvuy") == plain.lstrip("exzfvuy") != ""]
        return same[0] if len(same) == 1 and plain.lstrip("exzfvuy").isdigit() else plain

    def vector(self, name: str) -> Vector | None:
        """The entries of a point, by any name."""
        found = self.batch.vector(self.resolved(name))
        return found if found is not None else self.archive.get(key(name))

    def distance(self, one: str, other: str) -> Fraction | None:
        """The squared distance of two points, by any name."""
        return self.batch.distance(self.resolved(one), self.resolved(other))

    def role(self, letter: str) -> str:
        """The point that is the anchor (a), the positive (p) or the negative (n); empty if none is named."""
        plain = self.roles.get(letter, letter)
        return plain if plain in self.batch.by_name else ""

    def of_names(self, anchor: str, positive: str, negative: str) -> View | None:
        """The view of a triplet of named points; None where a distance is not known."""
        names = (self.resolved(anchor), self.resolved(positive), self.resolved(negative))
        p, n = self.batch.distance(names[0], names[1]), self.batch.distance(names[0], names[2])
        if p is None or n is None or len(set(names)) < 3:
            return None
        slack = self.batch.slack(names[0], names[1]) + self.batch.slack(names[0], names[2])
        return View(p, n, names, slack=slack)

    def is_valid(self, anchor: str, positive: str, negative: str) -> bool:
        """Whether the identities of three points do not forbid them to be a triplet."""
        known = self.batch.by_name
        who = [known[one].who for one in map(self.resolved, (anchor, positive, negative)) if one in known]
        return len(who) == 3 and (None in who or (who[0] == who[1] != who[2]))

    def role_view(self) -> View | None:
        """The triplet of the three points that are named by their roles."""
        names = tuple(map(self.role, ROLE_LETTERS))
        return self.of_names(*names) if all(names) else None

    def slope(self, by: str) -> Vector | None:
        """The gradient of the loss of the triplet in view for one of its points."""
        names = self.view.names if all(self.view.names) else tuple(map(self.role, ROLE_LETTERS))
        vectors = [self.vector(name) for name in names if name]
        point = self.resolved(by)
        known = [one for one in vectors if one is not None]
        if len(known) < 3 or len({len(one) for one in known}) > 1 or point not in names:
            return None
        slope = gradients(known[0], known[1], known[2], self.margin)[names.index(point)]
        # where the hinge is flat, a text that writes 2(n - p) means the formula
        return slope if any(slope) else None

    def loss_of(self, three: str) -> Fraction | None:
        """The loss of `e1, e2, e3`, or of the triplet in view."""
        names = [one.strip() for one in three.split(",")] if three else []
        view = self.of_names(*names) if len(names) == 3 else self.view
        triplet = view.triplet if view is not None else None
        return triplet.loss(self.margin) if triplet is not None else None

    def known(self) -> Known:
        """What the letters of a term stand for here."""
        points: dict[str, Vector] = dict(self.archive)
        points |= {point.name: point.vector for point in self.batch.points if point.vector is not None}
        points |= {
            letter: vector for letter, name in self.roles.items() if (vector := self.batch.vector(name)) is not None
        }  # fmt: skip
        for number in [name for name in points if name.isdigit()]:
            points |= {f"{letter}{number}": points[number] for letter in "exzfuv"}
            points.pop(number)
        margin = self.margins[0] if self.margins else None
        return Known(
            points,
            margin,
            self.distance,
            plain_distances=self.squared is False,
            loss=self.loss_of,
            gradient=self.slope,
        )

    def with_points(self, points: tuple[Point, ...], block: int, rounding: Fraction) -> Example:
        """The example once a block has given more points: of the same batch if the last ones have just been given."""
        if not points:
            return self
        new = {point.name: point for point in points}
        old = self.batch.by_name
        dimensions = {
            len(point.vector) for point in (*points, *self.batch.points) if point.vector is not None
        }
        joined = (block <= self.since + 1 or bool(new.keys() & old.keys())) and len(dimensions) <= 1
        kept = dict(old) if joined else {}
        for name, point in new.items():
            who = point.who if point.who is not None or name not in kept else kept[name].who
            kept[name] = replace(point, who=who)
        told = {pair: far for pair, far in self.batch.told.items() if not pair & new.keys()} if joined else {}
        batch = Batch(
            tuple(kept.values()), told, max(rounding, self.batch.rounding if joined else Fraction(0))
        )
        archive = {
            **self.archive,
            **{one.name: one.vector for one in self.batch.points if one.vector is not None},
        }
        roles = {role: name for role, name in self.roles.items() if name in kept} if joined else {}
        made = replace(
            self, batch=batch, archive={name: one for name, one in archive.items() if name not in kept},
            roles=roles, since=block, used=block, apart=False, moved={},
        )  # fmt: skip
        return made.refreshed()

    def refreshed(self) -> Example:
        """The example with the family and the view that follow from its points."""
        view = self.role_view()
        family = self.batch.family
        if family is None and view is not None and view.p is not None and view.n is not None:
            family = self.role_family()
        if family is None:
            return replace(self, view=view) if view is not None else self
        return replace(
            self, family=family, own_family=False, view=view or (View() if self.batch.family else self.view)
        )

    def role_family(self) -> Family | None:
        """The triplets of the one anchor that is named by its role, with every point that is p, p_1, n, n_2."""
        anchor = self.role("a")
        if not anchor:
            return None
        others = [point for point in self.batch.points if point.name != anchor]
        found: dict[str, list[tuple[str, Fraction]]] = {"p": [], "n": []}
        by_name = {name: role for role, name in self.roles.items()}
        for point in others:
            far = self.batch.distance(anchor, point.name)
            kind = by_name.get(point.name, role_of(point.name))
            if far is not None and kind in found:
                found[kind].append((point.name, far))
        if not found["p"] or not found["n"]:
            return None
        return Family((Anchor(anchor, tuple(found["p"]), tuple(found["n"])),))

    def with_told(self, one: str, other: str, far: Fraction) -> Example:
        """The example once the text has given the squared distance of two points."""
        first, second = self.resolved(one), self.resolved(other)
        by_name = dict(self.batch.by_name)
        for name in (first, second):
            by_name.setdefault(name, Point(name))
        told = {**self.batch.told, frozenset((first, second)): far}
        batch = replace(self.batch, points=tuple(by_name.values()), told=told)
        made = replace(self, batch=batch, apart=False).refreshed()
        roles = {role: name for name in (first, second) if (role := role_of(name)) and role not in made.roles}
        if roles and not made.batch.labels:
            made = replace(made, roles={**made.roles, **roles}).refreshed()
        anchor = made.roles.get("a", "a")
        if anchor in {first, second} and made.view.triplet is None:
            which = role_of(second if first == anchor else first)
            if which in {"p", "n"}:
                view = replace(made.view, p=far) if which == "p" else replace(made.view, n=far)
                return replace(made, view=view)
        return made

    def after_step(self) -> Example:
        """The example with the points where a gradient step has put them."""
        points = tuple(replace(one, vector=self.moved.get(one.name, one.vector)) for one in self.batch.points)
        return replace(self, batch=replace(self.batch, points=points)).refreshed()

    def beside(self, margin: Fraction) -> Example:
        """The example with a margin that the text has only tried: what follows may still go by it."""
        return replace(
            self, margins=(*self.margins[:1], margin, *(one for one in self.margins[1:] if one != margin))
        )

    def with_margin(self, margin: Fraction) -> Example:
        """The example with another margin in force."""
        return replace(self, margins=(margin, *(one for one in self.margins if one != margin)))


def role_of(name: str) -> str:
    """The role that a point's name says: x_p and p_2 are positives, n_1 and a^- negatives.

    >>> [role_of(name) for name in ("a", "xp", "n2", "x+", "a-", "e1")]
    ['a', 'p', 'n', 'p', 'n', '']
    """
    tail = name[1:] if len(name) > 1 and name[0] in "xfzeha" and name[1] in "apn+-" else name
    letter = tail[:1]
    rest = tail[1:]
    if rest and not rest.isdigit():
        return ""
    return {"a": "a", "p": "p", "n": "n", "+": "p", "-": "n"}.get(letter, "")


__all__ = ["ROLE_LETTERS", "Example", "View", "role_of"]
