"""What a right written answer looks like, and written answers with one wrong step each."""

from __future__ import annotations

from collections.abc import Callable

from reference.fellows import Fellow, Kind

STEPS = (
    r"\exp\left(\frac{q^\top k}{\sqrt{D}}\right) &= \exp\left(\frac{2\, q^\top k}{2\sqrt{D}}\right) \\",
    r"&= \exp\left(\frac{\|q\|^2 + \|k\|^2 - \|q - k\|^2}{2\sqrt{D}}\right) \\",
    (
        r"&= \exp\left(\frac{\|q\|^2}{2\sqrt{D}}\right) \exp\left(-\frac{\|q - k\|^2}{2\sqrt{D}}\right) "
        r"\exp\left(\frac{\|k\|^2}{2\sqrt{D}}\right) \\"
    ),
    (
        r"&= \exp\left(\frac{\|q\|^2}{2\sigma^2}\right) \exp\left(-\frac{\|q - k\|^2}{2\sigma^2}\right) "
        r"\exp\left(\frac{\|k\|^2}{2\sigma^2}\right)"
    ),
)
WHERE = r"where $\sigma^2 = \sqrt{D}$; the middle factor is the Gaussian kernel $K_{\text{Gauss}}(q, k)$."
BEFORE = r"Let $q, k \in \mathbb{R}^{D}$ be column vectors."


def derivation() -> str:
    """The Gaussian factorisation of exp(q·k/√D), as a student's markdown cell."""
    return _text(STEPS, WHERE)


def _text(steps: tuple[str, ...], where: str) -> str:
    lines = [BEFORE, "", r"$$", r"\begin{aligned}", *steps, r"\end{aligned}", r"$$", "", where]
    return "\n".join(lines)


def _with(step: int, old: str, new: str) -> Callable[[], str]:
    if old not in STEPS[step]:
        raise ValueError(f"step {step} has no {old!r} to spoil")
    steps = list(STEPS)
    steps[step] = steps[step].replace(old, new, 1)
    return lambda: _text(tuple(steps), WHERE)


def _where(sigma2: str) -> Callable[[], str]:
    return lambda: _text(STEPS, WHERE.replace(r"\sqrt{D}", sigma2))


def _wrong(name: str, says: str, function: Callable[[], str]) -> Fellow:
    return Fellow(of="written.derivation", name=name, kind=Kind.FAULT, says=says, function=function)


DERIVATIONS: tuple[Fellow, ...] = (
    _wrong(
        "two_lost",
        "the 2 in front of q·k is lost while the denominator keeps its own",
        _with(0, r"2\, q", "q"),
    ),
    _wrong("root_lost", "the division by √D has become one by D", _with(0, r"2\sqrt{D}", "2 D")),
    _wrong("sign_of_the_distance", "−‖q − k‖² became +‖q − k‖²", _with(1, r"- \|q - k\|", r"+ \|q - k\|")),
    _wrong("sign_of_a_norm", "+‖k‖² became −‖k‖²", _with(1, r"+ \|k\|^2", r"- \|k\|^2")),
    _wrong("norm_missing", "‖k‖² is missing from the completed square", _with(1, r" + \|k\|^2", "")),
    _wrong("norm_not_squared", "‖q‖ stands where ‖q‖² belongs", _with(1, r"\|q\|^2", r"\|q\|")),
    _wrong(
        "sum_for_difference", "‖q + k‖² stands where ‖q − k‖² belongs", _with(1, r"\|q - k\|", r"\|q + k\|")
    ),
    _wrong(
        "half_lost",
        "the 2 of the denominator is lost in the split",
        _with(2, r"\|q\|^2}{2\sqrt", r"\|q\|^2}{\sqrt"),
    ),
    _wrong(
        "kernel_half_lost", "the kernel's 2 is lost", _with(2, r"\|q - k\|^2}{2\sqrt", r"\|q - k\|^2}{\sqrt")
    ),
    _wrong(
        "factor_missing",
        "the key's factor is lost in the split",
        _with(2, r"\exp\left(\frac{\|k\|^2}{2\sqrt{D}}\right)", ""),
    ),
    _wrong(
        "factor_of_the_query_twice",
        "the query's factor appears for the key",
        _with(2, r"\|k\|^2}{2", r"\|q\|^2}{2"),
    ),
    _wrong(
        "sign_lost_in_the_split", "the kernel's minus is lost", _with(2, r"-\frac{\|q - k", r"\frac{\|q - k")
    ),
    _wrong(
        "sum_of_exponentials",
        "a sum in the exponent became a sum of exponentials",
        _with(2, r"\right) \exp\left(-", r"\right) + \exp\left(-"),
    ),
    _wrong("sigma2_is_d", "σ² = D does not give √D", _where("D")),
    _wrong("sigma2_is_one", "σ² = 1 does not give √D", _where("1")),
    _wrong("sigma2_is_twice_the_root", "σ² = 2√D counts the 2 twice", _where(r"2\sqrt{D}")),
    _wrong("stops_early", "the chain stops before the Gaussian kernel", lambda: _text(STEPS[:1], WHERE)),
)
