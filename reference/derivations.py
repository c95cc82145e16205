"""The homework's derivations as lists of steps: each can be printed, and each is checked by sympy.

A step says in words and in a formula what follows from the step before it; its `residual` is the difference of the two
sides, which simplifies to zero. Vectors enter through their inner products, which are algebraically independent when
D is at least their number, so an identity in them holds for every D and in every real inner-product space.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import sympy

qq, kk, qk = sympy.symbols("qq kk qk", real=True)  # <q,q>, <k,k>, <q,k>
sigma, D, N, M, R = sympy.symbols("sigma D N M R", positive=True)
delta, w = sympy.symbols("delta w", real=True)


@dataclass(frozen=True)
class Step:
    """One step: its formula, its reason, and the difference that has to vanish."""

    formula: str
    reason: str
    residual: Callable[[], Any]


@dataclass(frozen=True)
class Derivation:
    """A named chain of steps that ends in `result`."""

    name: str
    title: str
    result: str
    steps: tuple[Step, ...]

    def __str__(self) -> str:
        lines = [self.title, *(f"  {n}. {s.formula}    ({s.reason})" for n, s in enumerate(self.steps, 1))]
        return "\n".join([*lines, f"  Hence {self.result}."])


def squared_distance() -> Any:
    """‖q − k‖² in the inner products, by bilinearity and symmetry."""
    return qq - 2 * qk + kk


def gaussian_density(value: Any, variance: Any) -> Any:
    """The density of N(0, variance)."""
    return sympy.exp(-(value**2) / (2 * variance)) / sympy.sqrt(2 * sympy.pi * variance)


def expected(function: Any, variance: Any) -> Any:
    """E of a function of w where w ~ N(0, variance), by integration."""
    return sympy.integrate(function * gaussian_density(w, variance), (w, -sympy.oo, sympy.oo))


def _factorisation() -> Derivation:
    root = sympy.sqrt(D)
    return Derivation(
        "gaussian_factorisation",
        "Softmax weights are Gaussian weights times norm factors",
        "exp(q·k/√D) = exp(‖q‖²/(2√D)) · exp(−‖q−k‖²/(2√D)) · exp(‖k‖²/(2√D))",
        (
            Step(
                "‖q − k‖² = ‖q‖² − 2 q·k + ‖k‖²",
                "the inner product is bilinear and symmetric",
                lambda: squared_distance() - (qq - 2 * qk + kk),
            ),
            Step(
                "q·k = (‖q‖² + ‖k‖² − ‖q−k‖²)/2",
                "solved for q·k",
                lambda: qk - (qq + kk - squared_distance()) / 2,
            ),
            Step(
                "q·k/σ² = ‖q‖²/(2σ²) − ‖q−k‖²/(2σ²) + ‖k‖²/(2σ²)",
                "divided by σ²",
                lambda: qk / sigma**2 - (qq - squared_distance() + kk) / (2 * sigma**2),
            ),
            Step(
                "1/σ² = 1/√D for σ² = √D",
                "the choice of σ",
                lambda: (1 / sigma**2 - 1 / root).subs(sigma, D ** sympy.Rational(1, 4)),
            ),
            Step(
                "exp(q·k/√D) = exp(‖q‖²/(2√D)) exp(−‖q−k‖²/(2√D)) exp(‖k‖²/(2√D))",
                "the exponential turns the sum into a product",
                lambda: sympy.log(
                    sympy.exp(qk / root)
                    / (
                        sympy.exp(qq / (2 * root))
                        * sympy.exp(-squared_distance() / (2 * root))
                        * sympy.exp(kk / (2 * root))
                    )
                ),
            ),
        ),
    )


def _random_features() -> Derivation:
    a, b = sympy.symbols("a b", real=True)
    kernel = sympy.exp(-(delta**2) / (2 * sigma**2))
    variance = 1 / sigma**2
    return Derivation(
        "random_features",
        "Random Fourier features estimate the Gaussian kernel without bias",
        "E[φ(q)·φ(k)] = exp(−‖q−k‖²/(2σ²)) and Var[φ(q)·φ(k)] = (1 − exp(−‖q−k‖²/σ²))²/(2R)",
        (
            Step(
                "cos a cos b + sin a sin b = cos(a − b)",
                "the addition theorem, once for each of R directions",
                lambda: sympy.cos(a) * sympy.cos(b) + sympy.sin(a) * sympy.sin(b) - sympy.cos(a - b),
            ),
            Step(
                "E[cos(w·δ)] = exp(−‖δ‖²/(2σ²)) for w ~ N(0, I/σ²)",
                "w·δ is N(0, ‖δ‖²/σ²), so one dimension is enough",
                lambda: expected(sympy.cos(w * delta), variance) - kernel,
            ),
            Step(
                "E[cos²(w·δ)] = (1 + exp(−2‖δ‖²/σ²))/2",
                "cos² x = (1 + cos 2x)/2",
                lambda: expected(sympy.cos(w * delta) ** 2, variance) - (1 + kernel**4) / 2,
            ),
            Step(
                "Var[cos(w·δ)] = (1 − exp(−‖δ‖²/σ²))²/2",
                "the second moment less the square of the first",
                lambda: (1 + kernel**4) / 2 - kernel**2 - (1 - kernel**2) ** 2 / 2,
            ),
        ),
    )


def _polynomial_features() -> Derivation:
    x = sympy.symbols("x1:4", real=True)
    y = sympy.symbols("y1:4", real=True)

    def features(v: tuple[Any, ...]) -> list[Any]:
        squares = [c**2 for c in v]
        mixed = [sympy.sqrt(2) * v[i] * v[j] for i in range(3) for j in range(i)]
        return [*squares, *mixed, *(sympy.sqrt(2) * c for c in v), sympy.Integer(1)]

    return Derivation(
        "polynomial_features",
        "The degree-2 polynomial kernel has a finite feature map",
        "(q·k + 1)² = φ(q)·φ(k) with (D+1)(D+2)/2 features",
        (
            Step(
                "(q·k + 1)² = (q·k)² + 2 q·k + 1",
                "expanded",
                lambda: (qk + 1) ** 2 - (qk**2 + 2 * qk + 1),
            ),
            Step(
                "(q·k + 1)² = Σ qᵢ²kᵢ² + Σ_{i<j} 2 qᵢqⱼkᵢkⱼ + Σ 2 qᵢkᵢ + 1",
                "the square of a sum, written out for D = 3",
                lambda: (
                    (sum(a * b for a, b in zip(x, y, strict=True)) + 1) ** 2
                    - sum(a * b for a, b in zip(features(x), features(y), strict=True))
                ),
            ),
            Step(
                "D + D(D−1)/2 + D + 1 = (D+1)(D+2)/2",
                "squares, mixed products, coordinates, the constant",
                lambda: D + D * (D - 1) / 2 + D + 1 - (D + 1) * (D + 2) / 2,
            ),
        ),
    )


def _causal_recursion() -> Derivation:
    term = sympy.Function("f")  # f(j) is the entry φ(kⱼ)ₐ vⱼᵦ
    i = sympy.Symbol("i", integer=True, positive=True)

    def prefix(last: Any) -> Any:
        # a sum over nothing is zero; the last term is peeled off by hand, as sympy leaves it inside
        return sympy.Integer(0) if last == 0 else sympy.Function("S")(last)

    return Derivation(
        "causal_recursion",
        "The prefix sums of causal attention obey a recursion",
        "Sᵢ = Sᵢ₋₁ + φ(kᵢ)vᵢᵀ with S₀ = 0, and likewise Zᵢ = Zᵢ₋₁ + φ(kᵢ)",
        (
            Step("S₀ = 0", "a sum over no keys", lambda: prefix(0)),
            Step(
                "S₁ = S₀ + φ(k₁)v₁ᵀ",
                "the base of the induction",
                lambda: sympy.Sum(term(w), (w, 1, 1)).doit() - (prefix(0) + term(1)),
            ),
            Step(
                "Sᵢ₊₁ − Sᵢ = φ(kᵢ₊₁)vᵢ₊₁ᵀ",
                "both sums share their first i terms; shown for i = 1 to 8",
                lambda: sum(
                    sympy.Abs(
                        sympy.Sum(term(w), (w, 1, n + 1)).doit()
                        - sympy.Sum(term(w), (w, 1, n)).doit()
                        - term(n + 1)
                    )
                    for n in range(1, 9)
                ),
            ),
            Step(
                "if Sᵢ₋₁ is the sum of i − 1 terms, Sᵢ₋₁ + φ(kᵢ)vᵢᵀ is the sum of i terms",
                "the step of the induction, on the number of terms",
                lambda: (i - 1) + 1 - i,
            ),
        ),
    )


def _costs() -> Derivation:
    softmax = N**2 * D + N**2 * M
    features = 2 * N * R * D + 2 * N * R
    linear = features + 2 * N * (2 * R) * M + N * 2 * R
    crossover = (2 * R * D + 4 * R * M + 4 * R) / (D + M)
    return Derivation(
        "costs",
        "Multiplications of softmax and of random-feature attention",
        "random features are cheaper as soon as N > (2RD + 4RM + 4R)/(D + M)",
        (
            Step(
                "QKᵀ and the weights times V: N²D + N²M",
                "N² inner products of length D, NM of length N",
                lambda: softmax - N**2 * (D + M),
            ),
            Step(
                "2NRD + 2NR + 2N(2R)M + 2NR = 2NRD + 4NRM + 4NR",
                "QWᵀ and KWᵀ, the key weights, ψ(K)ᵀV and φ(Q)S, φ(Q)Z",
                lambda: linear - (2 * N * R * D + 4 * N * R * M + 4 * N * R),
            ),
            Step(
                "both are equal at N = (2RD + 4RM + 4R)/(D + M)",
                "solved for N",
                lambda: (softmax - linear).subs(N, crossover),
            ),
        ),
    )


DERIVATIONS: tuple[Derivation, ...] = (
    _factorisation(),
    _random_features(),
    _polynomial_features(),
    _causal_recursion(),
    _costs(),
)


def derivation(name: str) -> Derivation:
    """The derivation of this name. Raises `KeyError` with the known names.

    >>> print(derivation("polynomial_features").result)
    (q·k + 1)² = φ(q)·φ(k) with (D+1)(D+2)/2 features
    """
    for one in DERIVATIONS:
        if one.name == name:
            return one
    raise KeyError(f"no derivation {name!r}; there are {', '.join(one.name for one in DERIVATIONS)}")
