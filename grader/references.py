"""Expected values, in processes of their own: torch and the references never enter the grader or a box.

`InProcess` computes here and now (tests, audit); `Workers` sends the same questions to worker processes.
"""

from __future__ import annotations

import atexit
import gc
import importlib
import multiprocessing
import os
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Protocol, Self

import numpy as np

from grader.compare import Values
from grader.model import GraderFault, Item, StudentFailed
from grader.processes import end_with_parent
from grader.rubric import Tolerance, load_rubric
from grader.texts import Reader

if TYPE_CHECKING:
    from grader.verify.derivation import Derivation

Inputs = tuple[Any, ...]
PERTURBATIONS = 3


@dataclass(frozen=True)
class Expected:
    """What the reference gives on one case, and by how much each entry of an answer may differ."""

    values: Values
    allowances: Values


@dataclass(frozen=True)
class FellowOutput:
    """What one named fault or convention gives on every case: values, the sentence of a refusal, or None."""

    name: str
    kind: str
    says: str
    outputs: tuple[Values | str | None, ...]


# The reference's own value under "", each fault's under its name, with the sentence for the student.
Variants = dict[str, tuple[str, Any]]


class References(Protocol):
    """Whoever answers what the reference and its fellows give."""

    def expected(self, item: Item, tolerance: Tolerance, cases: Sequence[Inputs]) -> list[Expected]:
        """The reference's values and allowances, case by case."""

    def fellows(self, item: Item, cases: Sequence[Inputs]) -> list[FellowOutput]:
        """The outputs of every fellow of the item's reference, on the same cases."""

    def variants(self, item: Item) -> Variants:
        """What the item's reference gives without inputs, and what each of its faults gives instead."""

    def value(self, name: str, *inputs: Any) -> Any:
        """What a function of the reference package gives on these inputs."""

    def derivation(self, text: str, goal: str) -> Derivation:
        """What a written derivation shows of a goal; raises `grader.texts.Undecided` for one that is given up."""

    def await_texts(self) -> None:
        """Texts will be given soon; returns at once."""


def function_named(name: str) -> Callable[..., Any]:
    """The function that a dotted name such as `reference.attention.softmax_attention` means."""
    module, _, attribute = name.rpartition(".")
    function: Callable[..., Any] = getattr(importlib.import_module(module), attribute)
    return function


def _to_torch(value: Any, double: bool) -> Any:
    import torch

    if isinstance(value, np.ndarray):
        tensor = torch.from_numpy(np.array(value))
        return tensor.double() if double and tensor.is_floating_point() else tensor
    seed = getattr(value, "seed", None)
    if isinstance(seed, int):
        return torch.Generator().manual_seed(seed)
    return value


def _to_numpy(value: Any) -> Any:
    import torch

    if isinstance(value, torch.Tensor):
        return value.detach().numpy()
    if isinstance(value, (tuple, list)):
        return tuple(_to_numpy(one) for one in value)
    return value


def tensors(values: Sequence[Any]) -> tuple[Any, ...]:
    """Arrays as fresh tensors of their own dtype; everything else as it is."""
    return tuple(_to_torch(one, double=False) for one in values)


def on_numpy(function: Callable[..., Any], double: bool = True) -> Callable[..., Any]:
    """A function of tensors as one of numpy arrays; floating point inputs become float64."""

    def called(*arguments: Any, **keywords: Any) -> Any:
        return _to_numpy(
            function(
                *(_to_torch(one, double) for one in arguments),
                **{name: _to_torch(one, double) for name, one in keywords.items()},
            )
        )

    return called


def _values(output: Any) -> Values:
    parts = output if isinstance(output, tuple) else (output,)
    return tuple(np.asarray(part) for part in parts)


class InProcess:
    """Computes in this process, which then holds torch."""

    def __init__(self, rubric_path: Path) -> None:
        self._checks = load_rubric(rubric_path).checks

    def _observed(self, item: Item, function: Callable[..., Any], inputs: Inputs) -> Values:
        wrapped = on_numpy(function)
        with np.errstate(all="ignore"):
            if item.observe is None:
                return _values(wrapped(*inputs))
            return _values(self._checks[item.observe](wrapped, *inputs))

    def expected(self, item: Item, tolerance: Tolerance, cases: Sequence[Inputs]) -> list[Expected]:
        reference = function_named(_named(item))
        found = []
        for number, inputs in enumerate(cases):
            values = self._observed(item, reference, inputs)
            moved = [np.zeros(value.shape) for value in values]
            if tolerance.unit_roundoff > 0:
                rng = np.random.default_rng(number)
                for _ in range(PERTURBATIONS):
                    near = tuple(_perturbed(one, tolerance.unit_roundoff, rng) for one in inputs)
                    for k, value in enumerate(self._observed(item, reference, near)):
                        gap = np.abs(value.astype(np.float64) - values[k].astype(np.float64))
                        moved[k] = np.fmax(moved[k], np.nan_to_num(gap, posinf=0.0))
            found.append(Expected(values, tuple(map(_allowance, values, moved, [tolerance] * len(values)))))
        return found

    def fellows(self, item: Item, cases: Sequence[Inputs]) -> list[FellowOutput]:
        from reference.faults import fellows_of

        found = []
        # Those that miss what this item is about come first: they say it best.
        listed = fellows_of(_named(item).removeprefix("reference."))
        for fellow in sorted(listed, key=lambda fellow: fellow.aspect != item.aspect):
            outputs: list[Values | str | None] = []
            for inputs in cases:
                try:
                    outputs.append(self._observed(item, fellow.function, inputs))
                except StudentFailed as failure:
                    outputs.append(failure.says)
                # A fault may well raise on some input; then it explains nothing there.
                except Exception:  # noqa: BLE001
                    outputs.append(None)
            found.append(FellowOutput(fellow.name, fellow.kind.value, fellow.says, tuple(outputs)))
        return found

    def variants(self, item: Item) -> Variants:
        from reference.faults import fellows_of
        from reference.fellows import Kind

        found: Variants = {"": ("", function_named(_named(item))())}
        for fellow in fellows_of(_named(item).removeprefix("reference.")):
            if fellow.kind is Kind.FAULT:
                found[fellow.name] = (fellow.says, fellow.function())
        return found

    def value(self, name: str, *inputs: Any) -> Any:
        return on_numpy(function_named(name))(*inputs)

    def derivation(self, text: str, goal: str) -> Derivation:
        from grader.verify.derivation import check_derivation

        return check_derivation(text, goal)

    def await_texts(self) -> None:
        """Nothing has to be started."""


def _named(item: Item) -> str:
    if item.agrees_with is None:
        raise GraderFault(f"{item.id} names no reference to compare with")
    return item.agrees_with


def _perturbed(value: Any, unit_roundoff: float, rng: np.random.Generator) -> Any:
    if isinstance(value, np.ndarray) and value.dtype.kind == "f":
        return value * (1 + unit_roundoff * rng.choice([-1.0, 1.0], size=value.shape))
    return value


def _allowance(value: Any, moved: Any, tolerance: Tolerance) -> Any:
    if value.dtype.kind == "b":
        return np.zeros(value.shape)
    finite = np.where(np.isfinite(value), np.abs(value.astype(np.float64)), 0.0)
    size = float(finite.max()) if finite.size else 0.0
    rounding = tolerance.safety * (moved + tolerance.unit_roundoff * (finite + size))
    return rounding + tolerance.relative * size + tolerance.absolute


@lru_cache(maxsize=4)
def _here(rubric_path: Path) -> InProcess:
    return InProcess(rubric_path)


def _start(rubric_path: Path) -> None:
    end_with_parent()
    # What is imported stays: looking for garbage among it takes a third of the time.
    gc.disable()
    import torch

    torch.set_num_threads(1)
    _here(rubric_path)
    gc.freeze()
    gc.enable()
    # Nothing is left to be done when it ends, and torch takes half a second to take itself apart.
    atexit.register(os._exit, 0)


def _ask(rubric_path: Path, question: str, arguments: tuple[Any, ...]) -> Any:
    return getattr(_here(rubric_path), question)(*arguments)


class Workers:
    """The same answers from worker processes, so that the grader itself stays small."""

    def __init__(self, rubric_path: Path, processes: int = 1) -> None:
        self._rubric_path = rubric_path
        os.environ.setdefault("OMP_NUM_THREADS", "1")
        self._pool = ProcessPoolExecutor(
            processes, multiprocessing.get_context("spawn"), initializer=_start, initargs=(rubric_path,)
        )
        self._reader = Reader()

    def __enter__(self) -> Self:
        # Wakes the workers now, so that they import while the boxes start.
        self._pool.submit(os.getpid)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._reader.close()
        self._pool.shutdown(cancel_futures=True)

    def _answer(self, question: str, *arguments: Any) -> Any:
        try:
            return self._pool.submit(_ask, self._rubric_path, question, arguments).result()
        # Whatever goes wrong in a worker is ours, never the student's.
        except Exception as error:
            raise GraderFault(f"the reference worker failed: {type(error).__name__}: {error}") from error

    def expected(self, item: Item, tolerance: Tolerance, cases: Sequence[Inputs]) -> list[Expected]:
        return self._answer("expected", item, tolerance, list(cases))  # type: ignore[no-any-return]  # pickled

    def fellows(self, item: Item, cases: Sequence[Inputs]) -> list[FellowOutput]:
        return self._answer("fellows", item, list(cases))  # type: ignore[no-any-return]  # pickled

    def variants(self, item: Item) -> Variants:
        return self._answer("variants", item)  # type: ignore[no-any-return]  # pickled

    def value(self, name: str, *inputs: Any) -> Any:
        return self._answer("value", name, *inputs)

    def derivation(self, text: str, goal: str) -> Derivation:
        return self._reader.derivation(text, goal)

    def await_texts(self) -> None:
        self._reader.wake()
