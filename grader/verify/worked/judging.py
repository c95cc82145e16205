"""A value that a text states, held against its example under every reading that the text leaves open."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from grader.verify.claim import Judged, Kind, Method, refuted, unchecked, verified
from grader.verify.grammar.syntax import Expression
from grader.verify.worked.attention import Attention
from grader.verify.worked.evaluation import Array, Unknown, evaluate, exactly, written
from grader.verify.worked.example import Example, Name
from grader.verify.worked.literals import Literal, Match
from grader.verify.worked.readings import Letters, Reading
from grader.verify.worked.realised import choices_of
from grader.verify.worked.surroundings import Readings

Quantity = Callable[[Attention], Array]
OPEN = "the text leaves open how this is computed, and the ways differ"


@dataclass(frozen=True)
class Held:
    """An example under the readings that are open for one claim."""

    example: Example
    readings: Readings
    letters: Letters
    pair: tuple[Name, Name] | None = None

    def values(self, quantity: Quantity) -> list[tuple[Reading, Array]]:
        """The quantity's value under each reading that gives it one; what the choice of vectors changes has none."""
        choices = choices_of(self.example)
        out: list[tuple[Reading, Array]] = []
        for reading in self.readings.every:
            found: list[Array] = []
            for points in choices:
                try:
                    found.append(
                        np.asarray(
                            quantity(Attention(self.example, points, reading, self.letters, self.pair))
                        )
                    )
                except (Unknown, OverflowError, ZeroDivisionError, ValueError):
                    break
            if (
                found
                and len(found) == len(choices)
                and all(
                    one.shape == found[0].shape and np.allclose(one, found[0], rtol=1e-7, atol=1e-9)
                    for one in found
                )
            ):
                out.append((reading, found[0]))
        return out

    def of_tree(self, tree: Expression) -> list[tuple[Reading, Array]]:
        """The value of a formula under each reading."""
        return self.values(lambda attention: evaluate(tree, attention.look))

    def without_errors(self) -> Held:
        """The same without what the text wrongly says of its own sums."""
        return replace(self, example=replace(self.example, wrong={}))


def judge(
    held: Held,
    says: str,
    quantities: Sequence[Quantity],
    stated: Literal,
    *,
    any_fits: bool = False,
    doubts: Sequence[Quantity] = (),
) -> Judged | None:
    """The ruling on stated numbers for a quantity, or for one of several; None if it has no value in the example."""
    plain = held.without_errors()
    by_quantity = [plain.values(quantity) for quantity in quantities]
    known = [values for values in by_quantity if values]
    if not known:
        return None
    matches = [[(reading, value, stated.against(value)) for reading, value in values] for values in known]
    fitting = [[one for one in found if one[2] is not None] for found in matches]
    fitting = [found for found in fitting if found]
    if not fitting:
        return None
    likely = frozenset(held.readings.likely)
    holds = [
        all(match is Match.AGREES for _, _, match in ([one for one in found if one[0] in likely] or found))
        for found in fitting
    ]
    clash = [all(match is Match.CLASHES for _, _, match in found) for found in fitting]
    reading, value, _ = next(
        (one for found in fitting for one in found if one[2] is Match.AGREES), fitting[0][0]
    )
    if (any_fits and any(holds)) or (not any_fits and all(holds)):
        return verified(Kind.ARITHMETIC, f"with the given numbers {says} is {written(value)}", Method.COUNT)
    if all(clash):
        if held.example.wrong and any(
            stated.against(value) is Match.AGREES
            for quantity in quantities
            for _, value in held.values(quantity)
        ):
            return unchecked(Kind.ARITHMETIC, "it follows from what the text wrongly says before")
        if any(
            stated.against(value) is Match.AGREES
            for quantity in doubts
            for _, value in plain.values(quantity)
        ):
            return unchecked(Kind.ARITHMETIC, OPEN)
        told = f"with the given numbers {says} is {written(value)}"
        differing = {written(value) for found in fitting for _, value, _ in found}
        if len(differing) > 1:
            told = f"{told} ({reading.shown(masked=_mask_matters(fitting))})"
        witness = {
            "computed": written(value),
            "stated": written(stated.value),
            "given": given_in(held.example),
        }
        return refuted(Kind.ARITHMETIC, f"{told}, not {written(stated.value)}", Method.COUNT, witness)
    return unchecked(Kind.ARITHMETIC, OPEN)


def _mask_matters(fitting: Sequence[Sequence[tuple[Reading, Array, Match | None]]]) -> bool:
    """Whether any value changes with the causal mask alone."""
    seen: dict[tuple[int, Reading], Array] = {}
    for number, found in enumerate(fitting):
        for reading, value, _ in found:
            first = seen.setdefault((number, replace(reading, causal=False)), value)
            if first.shape != value.shape or not np.allclose(first, value):
                return True
    return False


MOST_SHOWN = 8


def given_in(example: Example) -> str:
    """The numbers that an example gives, for a person."""
    shown = [f"{_name(name)} = {written(vector)}" for name, vector in example.vectors.items()]
    shown += [f"‖{_name(name)}‖ = {exactly(length)}" for name, length in example.lengths.items()]
    shown += [f"{_name(a)}·{_name(b)} = {exactly(value)}" for (a, b), value in example.products.items()]
    shown += [f"{quantity.value} {written(values)}" for quantity, values in example.lists.items()]
    if example.variance is not None:
        shown.append(f"σ² = {exactly(example.variance)}")
    return ", ".join(shown[:MOST_SHOWN]) + (", …" if len(shown) > MOST_SHOWN else "")


def _name(name: Name) -> str:
    family, index = name
    plain = family.replace("phi", "φ").replace("psi", "ψ")
    if index is None:
        return plain
    return f"{plain[:-1]}_{index})" if plain.endswith(")") else f"{plain}_{index}"


def together(rulings: Sequence[Judged | None]) -> Judged | None:
    """The ruling on several sides of one equation: refuted if one is, verified if all that are known are."""
    known = [ruling for ruling in rulings if ruling is not None]
    if not known:
        return None
    order = {"refuted": 0, "unchecked": 1, "verified": 2}
    return min(known, key=lambda ruling: order[ruling.ruling.value])


__all__ = ["Held", "judge", "together"]
