"""A worked example about embeddings: points with their identities, the triplets that they form, and all that follows.

Distances are squared Euclidean ones, as in FaceNet's loss [d(a, p) − d(a, n) + α]₊ (Schroff et al. 2015, equation 3).
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from itertools import combinations

Vector = tuple[Fraction, ...]
USUAL_MARGIN = Fraction(1, 5)  # FaceNet's
NEAR_ONE = Fraction(3, 100)


def root_of(value: Fraction) -> Fraction:
    """The square root, exact where it is rational.

    >>> root_of(Fraction(9, 25)), float(root_of(Fraction(2))) ** 2 - 2 < 1e-9
    (Fraction(3, 5), True)
    """
    over, under = math.isqrt(value.numerator), math.isqrt(value.denominator)
    if over * over == value.numerator and under * under == value.denominator:
        return Fraction(over, under)
    return Fraction(math.sqrt(value))


def dot(one: Vector, other: Vector) -> Fraction:
    """The inner product of two vectors."""
    return sum((x * y for x, y in zip(one, other, strict=True)), Fraction(0))


def minus(one: Vector, other: Vector) -> Vector:
    """The difference of two vectors."""
    return tuple(x - y for x, y in zip(one, other, strict=True))


def times(factor: Fraction, vector: Vector) -> Vector:
    """A multiple of a vector."""
    return tuple(factor * x for x in vector)


def squared_distance(one: Vector, other: Vector) -> Fraction:
    """‖x − y‖².

    >>> squared_distance((Fraction(1), Fraction(0)), (Fraction(3, 5), Fraction(4, 5)))
    Fraction(4, 5)
    """
    gap = minus(one, other)
    return dot(gap, gap)


def to_length_one(vector: Vector) -> Vector | None:
    """The vector scaled to length one; None for the zero vector."""
    length = root_of(dot(vector, vector))
    return times(1 / length, vector) if length else None


def hinge(p: Fraction, n: Fraction, margin: Fraction) -> Fraction:
    """max(0, d(a, p) − d(a, n) + margin).

    >>> hinge(Fraction(1, 2), Fraction(3, 5), Fraction(1, 5))
    Fraction(1, 10)
    """
    return max(Fraction(0), p - n + margin)


def kind_of(p: Fraction, n: Fraction, margin: Fraction) -> str | None:
    """Hard, semi-hard or easy (section 3.2 of the paper); None where the negative lies on the border to hard.

    A negative farther by exactly the margin has no loss: it is easy.
    """
    if n == p:
        return None
    return "hard" if n < p else "semi-hard" if n < p + margin else "easy"


@dataclass(frozen=True)
class Triplet:
    """The squared distances from an anchor to a positive and to a negative, which may have names."""

    p: Fraction
    n: Fraction
    anchor: str = ""
    positive: str = ""
    negative: str = ""

    def loss(self, margin: Fraction) -> Fraction:
        """Its hinge."""
        return hinge(self.p, self.n, margin)

    def kind(self, margin: Fraction) -> str | None:
        """Easy, semi-hard or hard."""
        return kind_of(self.p, self.n, margin)

    def shown(self, margin: Fraction) -> str:
        """Its hinge written out, for a person."""
        name = f"({self.anchor}, {self.positive}, {self.negative}): " if self.positive and self.anchor else ""
        return f"{name}max(0, {plain(self.p)} − {plain(self.n)} + {plain(margin)})"


def plain(value: Fraction) -> str:
    """A number as a person writes it.

    >>> plain(Fraction(2, 5)), plain(Fraction(1, 3)), plain(Fraction(4))
    ('0.4', '0.33333', '4')
    """
    return f"{value.numerator:,}" if value.denominator == 1 else f"{float(value):.5g}"


def plain_vector(vector: Vector) -> str:
    """A vector as a person writes it."""
    return f"({', '.join(map(plain, vector))})"


@dataclass(frozen=True)
class Anchor:
    """One anchor with the squared distances of its positives and of its negatives, by name."""

    name: str
    positives: tuple[tuple[str, Fraction], ...]
    negatives: tuple[tuple[str, Fraction], ...]

    @property
    def triplets(self) -> tuple[Triplet, ...]:
        """All its triplets."""
        return tuple(
            Triplet(p, n, self.name, positive, negative)
            for positive, p in self.positives
            for negative, n in self.negatives
        )

    @property
    def hardest(self) -> Triplet | None:
        """Its farthest positive with its nearest negative; None if it has no triplet (Hermans et al. 2017)."""
        if not self.positives or not self.negatives:
            return None
        positive, p = max(self.positives, key=lambda one: one[1])
        negative, n = min(self.negatives, key=lambda one: one[1])
        return Triplet(p, n, self.name, positive, negative)


@dataclass(frozen=True)
class Family:
    """Anchors whose triplets a text speaks of together: those of a batch, of one anchor, of a table's rows."""

    anchors: tuple[Anchor, ...]
    whole: bool = True  # each anchor has all its positives and negatives here, not only those of one row

    @cached_property
    def triplets(self) -> tuple[Triplet, ...]:
        """All of them."""
        return tuple(triplet for anchor in self.anchors for triplet in anchor.triplets)

    @property
    def hardest(self) -> tuple[Triplet, ...]:
        """Batch-hard's triplet of each anchor that has one; none where not all its triplets are known."""
        if not self.whole:
            return ()
        return tuple(one for anchor in self.anchors if (one := anchor.hardest) is not None)

    def of_kind(self, kind: str, margin: Fraction) -> tuple[Triplet, ...]:
        """Those that are easy, semi-hard or hard, or whose loss is positive (`active`) or zero (`inactive`)."""
        if kind in {"active", "inactive"}:
            return tuple(one for one in self.triplets if (one.loss(margin) > 0) == (kind == "active"))
        return tuple(one for one in self.triplets if one.kind(margin) == kind)

    def anchor(self, name: str) -> Anchor | None:
        """The anchor of a name."""
        return next((one for one in self.anchors if one.name == name), None)


@dataclass(frozen=True)
class Point:
    """An embedding: its name, its entries if the text gives them, and whose face it shows."""

    name: str
    vector: Vector | None = None
    who: str | None = None


@dataclass(frozen=True)
class Batch:
    """The embeddings of an example, with the squared distances that the text gives where it gives no entries."""

    points: tuple[Point, ...] = ()
    told: Mapping[frozenset[str], Fraction] = field(default_factory=dict)
    rounding: Fraction = Fraction(0)  # half the last digit of entries that are rounded

    @cached_property
    def by_name(self) -> Mapping[str, Point]:
        """The points by their names."""
        return {point.name: point for point in self.points}

    def vector(self, name: str) -> Vector | None:
        """The entries of a point."""
        point = self.by_name.get(name)
        return point.vector if point is not None else None

    def distance(self, one: str, other: str) -> Fraction | None:
        """The squared distance of two points."""
        if one == other:
            return Fraction(0) if one in self.by_name else None
        known = self.told.get(frozenset((one, other)))
        first, second = self.vector(one), self.vector(other)
        if first is not None and second is not None and len(first) == len(second):
            return squared_distance(first, second)
        return known

    def slack(self, one: str, other: str) -> Fraction:
        """How far the squared distance may be off because entries are rounded."""
        first, second = self.vector(one), self.vector(other)
        if not self.rounding or first is None or second is None:
            return Fraction(0)
        off = 2 * self.rounding
        return sum((2 * abs(gap) * off + off * off for gap in minus(first, second)), Fraction(0))

    @cached_property
    def unit(self) -> bool:
        """Whether all embeddings whose entries are known have length one, up to rounding."""
        known = [point.vector for point in self.points if point.vector is not None]
        return bool(known) and all(abs(dot(one, one) - 1) <= NEAR_ONE for one in known)

    @cached_property
    def family(self) -> Family | None:
        """Its anchors; None where an identity or a distance is not known."""
        if len(self.points) < 3 or any(point.who is None for point in self.points):
            return None
        anchors = []
        for anchor in self.points:
            others = [point for point in self.points if point.name != anchor.name]
            found = [(point, self.distance(anchor.name, point.name)) for point in others]
            if any(distance is None for _, distance in found):
                return None
            known = [(point, distance) for point, distance in found if distance is not None]
            positives = tuple((point.name, far) for point, far in known if point.who == anchor.who)
            negatives = tuple((point.name, far) for point, far in known if point.who != anchor.who)
            anchors.append(Anchor(anchor.name, positives, negatives))
        return Family(tuple(anchors))

    @property
    def labels(self) -> tuple[str, ...] | None:
        """Whose faces the points show, in order; None where it is not known of all."""
        known = tuple(point.who for point in self.points if point.who is not None)
        return known if len(known) == len(self.points) and known else None

    @cached_property
    def pairs(self) -> tuple[tuple[Fraction, ...], tuple[Fraction, ...]] | None:
        """The distances of the pairs of the same person and of different people; None where one is not known."""
        if self.labels is None:
            return None
        same: list[Fraction] = []
        different: list[Fraction] = []
        for one, other in combinations(self.points, 2):
            far = self.distance(one.name, other.name)
            if far is None:
                return None
            (same if one.who == other.who else different).append(far)
        return tuple(same), tuple(different)


@dataclass(frozen=True)
class Classes:
    """How many images of each person a batch has."""

    sizes: tuple[int, ...]

    @property
    def images(self) -> int:
        """All of them."""
        return sum(self.sizes)

    @property
    def triplets(self) -> int:
        """Ordered triplets: an anchor, another image of its class, one of another class.

        >>> Classes((3, 2, 1)).triplets
        26
        """
        return sum(self.by_class)

    @property
    def by_class(self) -> tuple[int, ...]:
        """Those with an anchor of each class."""
        return tuple(n * (n - 1) * (self.images - n) for n in self.sizes)

    @property
    def part_triplets(self) -> frozenset[int]:
        """How many valid triplets one class has, and how many one anchor, where that is less than all.

        >>> sorted(Classes((2, 3, 1)).part_triplets)
        [0, 4, 6, 8, 18]
        """
        each = [(size, (size - 1) * (self.images - size)) for size in self.sizes]
        return frozenset({one for _, one in each} | {size * one for size, one in each}) - {self.triplets}

    @property
    def same_pairs(self) -> int:
        """Pairs of images of one person, without order."""
        return sum(n * (n - 1) // 2 for n in self.sizes)

    @property
    def all_pairs(self) -> int:
        """Pairs of images, without order."""
        return self.images * (self.images - 1) // 2

    @property
    def different_pairs(self) -> int:
        """Pairs of images of different people, without order."""
        return self.all_pairs - self.same_pairs

    @property
    def anchors(self) -> int:
        """Images that have a positive and a negative."""
        return sum(n for n in self.sizes if n > 1 and n < self.images)

    @property
    def each(self) -> int | None:
        """How many images each person has, if all have the same number."""
        return self.sizes[0] if len(set(self.sizes)) == 1 else None


def classes_of(labels: Sequence[str]) -> Classes:
    """The classes of a list of labels, in order of their first appearance.

    >>> classes_of("aabbb").sizes
    (2, 3)
    """
    return Classes(tuple(Counter(labels).values()))


def gradients(a: Vector, p: Vector, n: Vector, margin: Fraction) -> tuple[Vector, Vector, Vector]:
    """The gradients of the triplet loss for the anchor, the positive and the negative: zero where the hinge is flat."""
    if squared_distance(a, p) - squared_distance(a, n) + margin <= 0:
        zero = times(Fraction(0), a)
        return zero, zero, zero
    two = Fraction(2)
    return times(two, minus(n, p)), times(two, minus(p, a)), times(two, minus(a, n))


def on_circle(degrees: Fraction) -> Vector:
    """The point of the unit circle at an angle; exact at multiples of 90° and in the first entry at 60°.

    >>> on_circle(Fraction(90)), on_circle(Fraction(120))[0]
    ((Fraction(0, 1), Fraction(1, 1)), Fraction(-1, 2))
    """
    return cosine_at(degrees), cosine_at(degrees - 90)


def cosine_at(degrees: Fraction) -> Fraction:
    """The cosine of an angle in degrees, exact where it is rational."""
    exact = {0: Fraction(1), 60: Fraction(1, 2), 90: Fraction(0), 120: Fraction(-1, 2), 180: Fraction(-1)}
    turned = degrees % 360
    folded = min(turned, 360 - turned)
    if folded in exact:
        return exact[int(folded)]
    return Fraction(math.cos(math.radians(float(folded))))


def angle_of(cosine: Fraction) -> Fraction:
    """The angle in degrees of a cosine."""
    return Fraction(math.degrees(math.acos(max(-1.0, min(1.0, float(cosine))))))


__all__ = [
    "USUAL_MARGIN",
    "Anchor",
    "Batch",
    "Classes",
    "Family",
    "Point",
    "Triplet",
    "Vector",
    "angle_of",
    "classes_of",
    "cosine_at",
    "dot",
    "gradients",
    "hinge",
    "kind_of",
    "minus",
    "on_circle",
    "plain",
    "plain_vector",
    "root_of",
    "squared_distance",
    "times",
    "to_length_one",
]
