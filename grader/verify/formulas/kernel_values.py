# ruff: noqa: E501 -- a pattern or a sentence stays on one line
"""Means and variances of random cosines told by the kernel's value: Var[cos w·δ] = (1 − G²)²/2 with G = exp(−‖δ‖²/(2σ²)).

A formula in what the text calls the kernel's value, its estimate, or ‖δ‖²/σ² is a function of G alone, and of the
number R of directions for the mean of R cosines.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from grader.verify.claim import Judged, Kind, Method, refuted, verified
from grader.verify.formulas.phases import PHASE_LAW
from grader.verify.formulas.random_cosines import Reader, Trial
from grader.verify.grammar.reader import read_expression
from grader.verify.grammar.syntax import Chain, Expression, Moment, Symbol, Unreadable, names, walk
from grader.verify.scope.context import Context
from grader.verify.worlds.laws import Spread
from grader.verify.worlds.settings import Clash, Undecidable

LETTERS = ("G", "K", "kappa", "g", "k")
TRIALS = tuple(Trial(*pair) for pair in ((0.5, 5.0), (0.3, 5.0), (0.8, 3.0)))
# for bounds: from far points to near ones
GRID = (
    *(Trial(step / 40, directions) for step in range(1, 40) for directions in (1.0, 5.0)),
    Trial(1e-6, 1.0),
    Trial(1 - 1e-6, 5.0),
)
TESTS = {"<=": operator.le, ">=": operator.ge, "<": operator.lt, ">": operator.gt}
LETTERS_OF_PHASES = frozenset({"b", "beta", "theta"})
PHASES = re.compile(r"[xyqkuv)}]\s*\+\s*b(?![A-Za-z])|\buniform|phase", re.IGNORECASE)
OTHER_FEATURES = re.compile(
    r"\bpositive\b|favor|orthogonal|antithetic|importance|\bexp\(w|e\^\{?w|quasi|stratif|hyperbolic|cosh",
    re.IGNORECASE,
)


def judge(
    chain: Chain | None,
    previous: Expression | None,
    aligned: bool,
    sentence: str,
    about: str,
    context: Context,
    line: int,
) -> Judged | None:
    """A ruling on equations and bounds between moments and the kernel's value; None for anything else."""
    if chain is None or context.laws - {Spread.INVERSE}:
        return None
    relations = set(chain.relations)
    if not relations or relations - {"=", ":=", *TESTS}:
        return None
    parts = [*([previous] if chain.open_left and previous is not None else []), *chain.parts]
    around = f"{about[-3000:]} {sentence}"
    moments = any(isinstance(below, Moment) for part in parts for below in walk(part))
    equations = relations <= {"=", ":="}
    if len(parts) < 2 or (equations and not moments and not (aligned and chain.open_left)):
        return None
    letter = _letter(parts, around)
    phases = LETTERS_OF_PHASES if PHASE_LAW.search(around) else frozenset[str]()
    kind = Kind.STEP if aligned or chain.open_left else Kind.IDENTITY
    if equations:
        found = _values(parts, letter, context, line, TRIALS, phases)
        return None if found is None else _ruling(found, kind)
    grid = GRID[::8] if phases else GRID  # means over a turn take longer
    found = _values(parts, letter, context, line, grid, phases)
    return None if found is None else _of_bounds(found, chain.relations, kind, grid)


def _values(
    parts: Sequence[Expression],
    letter: str,
    context: Context,
    line: int,
    trials: Sequence[Trial],
    phases: frozenset[str],
) -> list[list[float]] | None:
    """The parts' values in each trial; None where one has none, or where nothing in them is the text's own."""
    found: list[list[float]] = []
    for trial in trials:
        reader = Reader(context, line, trial, letter, phases)
        try:
            found.append([reader.value(part) for part in parts])
        except (Clash, Undecidable, OverflowError):
            return None
        if not reader.told:
            return None
    return found


def _ruling(found: Sequence[Sequence[float]], kind: Kind) -> Judged | None:
    agree = [all(abs(a - b) <= 1e-7 * max(1.0, abs(a)) for a, b in pairwise(values)) for values in found]
    if all(agree):
        return verified(
            kind, "both sides agree for w·δ normal with variance ‖δ‖²/σ², for three distances", Method.NUMERIC
        )
    if any(agree):
        return None
    values = [round(value, 6) for value in found[0]]
    told = ", ".join(f"{value:g}" for value in values)
    says = f"where the kernel exp(−‖δ‖²/(2σ²)) is {TRIALS[0].kernel:g} and R = {TRIALS[0].directions:g} the sides are {told}"
    witness = {"kernel": TRIALS[0].kernel, "R": TRIALS[0].directions, "values": values}
    return refuted(kind, says, Method.NUMERIC, witness)


def _of_bounds(
    found: Sequence[Sequence[float]], relations: Sequence[str], kind: Kind, grid: Sequence[Trial]
) -> Judged | None:
    near = {"=": lambda a, b: abs(a - b) <= 1e-7 * max(1.0, abs(a))}
    for trial, values in zip(grid, found, strict=True):
        for (a, b), relation in zip(pairwise(values), relations, strict=False):
            close = abs(a - b) <= 1e-9 * max(1.0, abs(a))
            if relation in near and near[relation](a, b):
                continue
            if relation in near or (not close and not TESTS[relation](a, b)):
                says = f"where the kernel exp(−‖δ‖²/(2σ²)) is {trial.kernel:g} and R = {trial.directions:g} the sides are {a:.6g} and {b:.6g}"
                witness = {
                    "kernel": trial.kernel,
                    "R": trial.directions,
                    "values": [round(a, 9), round(b, 9)],
                }
                return refuted(kind, says, Method.NUMERIC, witness)
    return verified(
        kind, f"it holds at {len(grid)} distances from near to far, whatever R is", Method.NUMERIC
    )


# -- in words ------------------------------------------------------------------------------------------------------

VARIANCE = re.compile(
    r"\bvariance\b(?:(?P<of>(?:[^.;:$]|\$[^$]{1,60}\$){0,70}?)\s*(?:\b(?:is|equals|becomes|comes out as|makes|has to be)\b|=|:)|(?=\s*\$))\s*(?:then|thus|therefore|exactly|hence|just)?\s*",
    re.IGNORECASE,
)
MARKED = re.compile(r"\$(?P<formula>[^$]+)\$(?P<after>.{0,12})", re.DOTALL)
UNMARKED = re.compile(
    r"(?P<formula>[(\d1½][^$;]*?)(?=\.?\s*$|[.,;:]\s|\s+(?:and|so|which|for|with|where|if|at|per|but|by|as|when)\b)"
)
OF_ONE = re.compile(
    r"\b(?:one|single|each|every|per|individual)\b[^.;]{0,25}\b(?:cosines?|terms?|directions?|projections?|summands?|draws?|samples?|frequenc(?:y|ies)|features?)\b",
    re.IGNORECASE,
)
BOUNDED = re.compile(
    r"at most|at least|bound|less than|smaller|larger|exceed|≤|\ble\b|tends|limit|about|roughly|order of|proportional|entr(?:y|ies)|\bof w\b|attention|output|weights?\b|numerator|denominator|uniform|\bsines?\b|\bbiased|ratio|quotient|variate",
    re.IGNORECASE,
)
OF_ARGUMENT = re.compile(
    r"\$(?P<formula>[^$]{3,80})\$,?\s+(?:(?:is|are|becomes)\s+)?(?:then |again |itself |a |an )*(?:normal|gaussian)\w*\b[^.;$]{0,60}$",
    re.IGNORECASE,
)
# the formula goes on: "$(1 - G^2)^2$ divided by $2R$"
GOES_ON = re.compile(r"\s*(?:/|divided|over|times|·|\*|\+|-|−|=|≤|<)")


def in_words(text: str, about: str, context: Context, line: int) -> Iterator[tuple[int, int, Judged]]:
    """`The variance of the estimate is (1 − G²)²/(2R)`, under the text's own letters."""
    if context.laws - {Spread.INVERSE} or not context.random_features:
        return
    near = f"{about[-300:]} {text}"
    phased = PHASES.search(near) is not None
    if (PHASES.search(about[-3000:]) and not phased) or OTHER_FEATURES.search(f"{about[-600:]} {text}"):
        return
    for found in VARIANCE.finditer(text):
        formula = MARKED.match(text, found.end()) or UNMARKED.match(text, found.end())
        before = text[max(0, found.start() - 60) : found.start()]
        if formula is None or BOUNDED.search(f"{before} {found.group()}"):
            continue
        if GOES_ON.match(
            text, formula.end("formula") + (text[formula.end("formula") : formula.end("formula") + 1] == "$")
        ):
            continue
        try:
            stated = read_expression(re.sub(r"\\[()]", "", formula.group("formula")).strip(" .,"))
        except Unreadable:
            continue
        whole = text[: found.start()]
        if of_argument(whole, context, line):
            values = _in_trials(stated, about + text, context, line)
            ruling = (
                None
                if values is None
                else _ruling(list(zip([one.spread for one in TRIALS], values, strict=True)), Kind.IDENTITY)
            )
            if ruling is not None:
                yield found.start(), formula.end("formula"), ruling
            continue
        mean = any(context.aliases.get(name) == "R" for name in names(stated))
        subject = f"{before} {found.group('of') or ''}"
        if not mean and not OF_ONE.search(subject):
            continue
        judged = _of_variance(stated, mean, about + text, context, line, phased=phased)
        if judged is not None and phased and judged.ruling == "refuted" and re.search(r"\\?\bsin", near):
            continue  # of which of the two maps is not sure
        if judged is not None:
            yield found.start(), formula.end("formula"), judged


def of_argument(before: str, context: Context, line: int) -> bool:
    """Whether what stands before `variance s²` says that w·δ is normal with it."""
    found = OF_ARGUMENT.search(before)
    if found is None:
        return False
    try:
        said = read_expression(found.group("formula"))
    except Unreadable:
        return False
    return Reader(context, line, TRIALS[0]).is_argument(said)


def _in_trials(stated: Expression, around: str, context: Context, line: int) -> list[float] | None:
    letter = _letter([stated], around[-3000:])
    try:
        return [Reader(context, line, trial, letter).value(stated) for trial in TRIALS]
    except (Clash, Undecidable, OverflowError):
        return None


def _of_variance(
    stated: Expression, mean: bool, around: str, context: Context, line: int, *, phased: bool
) -> Judged | None:
    values = _in_trials(stated, around, context, line)
    if values is None or abs(values[0] - values[1]) < 1e-12:
        # what does not depend on the distance is a limit, or the variance of something else
        return None
    # 2 cos(w·x + b) cos(w·y + b) = cos w·δ + cos(w·(x + y) + 2b), and the second one adds 1/2
    added = 0.5 if phased else 0.0
    truths = [(trial.variance + added) / (trial.directions if mean else 1) for trial in TRIALS]
    return _ruling(list(zip(truths, values, strict=True)), Kind.IDENTITY)


def _letter(parts: Sequence[Expression], around: str) -> str:
    """The letter for the kernel's value among the parts' own, where the text says that it is the Gaussian."""
    used = {
        below.name
        for part in parts
        for below in walk(part)
        if isinstance(below, Symbol) and not below.indices
    }
    for letter in LETTERS:
        spelled = r"(?:\\kappa|κ)" if letter == "kappa" else letter
        meant = (
            rf"(?:exp|e\s*\^)[^$;]{{0,90}}=\s*:?\s*{spelled}(?![A-Za-z_(])"
            rf"|(?<![A-Za-z\\_^]){spelled}(?:\([^()]*\))?\s*(?::?=|≔)\s*[^$;.]{{0,12}}(?:\\?exp|e\s*\^)"
        )
        if letter in used and (re.search(meant, around) or _is_a_value(spelled, around)):
            return letter
    return ""


def _is_a_value(letter: str, around: str) -> bool:
    """Whether a text gives the letter the value of a map that is the Gaussian kernel: `g = g_s(x, y)`."""
    given = re.search(
        rf"(?<![A-Za-z\\_^]){letter}\s*(?::?=|≔)\s*(?P<map>\\?[A-Za-z]+(?:_\{{?(?:\\?[A-Za-z]+|σ)\s*\}}?)?)\s*\([^()]{{1,12}},[^()]{{1,12}}\)",
        around,
    )
    if given is None:
        return False
    name = re.escape(given.group("map")).replace(r"\ ", r"\s*")
    return (
        re.search(rf"{name}\s*\([^()]*\)\s*&?\s*(?::?=|≔)\s*[^$;.]{{0,12}}(?:\\?exp|e\s*\^)", around)
        is not None
    )


__all__ = ["in_words", "judge"]
