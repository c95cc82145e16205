# ruff: noqa: E501 -- a pattern, a table row or a sentence stays on one line
"""Definitions of the course in words or formulas: prediction depth, random features, polynomial features."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction
from itertools import product

from grader.verify.claim import Judged, Kind, Method, refuted, unchecked, verified
from grader.verify.grammar.notation import ascii_form
from grader.verify.grammar.reader import read_expression
from grader.verify.grammar.syntax import Unreadable, names
from grader.verify.numbers.arithmetic import figures
from grader.verify.numbers.lettered import value_at
from grader.verify.scope.bandwidths import NO_BANDWIDTH, Bandwidth
from grader.verify.scope.features import feature_scale, unrooted_size

# -- prediction depth ----------------------------------------------------------------------------------------------

QUANTIFIER = re.compile(
    r"(?:\\forall|∀|for all|for every|for each|every|all)\s*(?:\\,|\\ |\$|layers?|probes?|later|\s)*(?P<var>[a-zA-Z'ℓ]|\\ell)'?\s*(?:\\,|\$|\s)*(?P<relation>>=|>|\\gt|\\geq?(?:slant)?|≥|\\ge)\s*(?:\$|\s)*(?P<bound>L|l|d|D|\\ell|ℓ|i|k|n|j)\b"
)
MINIMUM = re.compile(
    r"\\min\b|\\inf\b|\b(?:least|smallest|minimum|minimal|min|first|earliest|lowest)\b", re.I
)
EXTREME = re.compile(
    r"(?P<largest>\\(?:max|sup)\b|\b(?:max|sup)\s*(?=[{(\\])|\b(?:largest|maximal|maximum|greatest|highest) (?:layer |index |depth |\$?[Lld]\$? ?)*(?=such|for which|with|so that|from which))"
    r"|\\(?:min|inf)\b|\b(?:min|inf|least|smallest|minimum|minimal|first|earliest|lowest)\b",
    re.IGNORECASE,
)
ABOUT_DEPTH = re.compile(r"prediction depth|prediction[- ]layer|\bdepth\b|D\(x\)|layer", re.I)
# agreement with the true label is another matter
TO_THE_LABEL = re.compile(
    r"\b(?:true|correct|right|ground[- ]truth|actual) (?:labels?|class|answer)|\b(?:is|are|gets?) (?:right|correct)",
    re.I,
)
STRICT_WORDS = re.compile(
    r"(?:least|smallest|first|earliest|lowest|minimum|minimal)\b.{0,60}\blayer\b.{0,60}\b(?:after which|beyond which|past which|such that (?:all|every) (?:later|deeper|subsequent|following) (?:layers?|probes?))",
    re.I | re.DOTALL,
)
FROM_ON = re.compile(
    r"(?:least|smallest|first|earliest|lowest|minimum|minimal)\b.{0,80}\b(?:from which(?: on)?|from (?:that|this|there|L|layer L)\b.{0,20}\bon|it and (?:all|every)|and all (?:deeper|later|subsequent)|and never changes|(?:at|and) (?:that|this) layer and (?:all|every)|onwards?)",
    re.I | re.DOTALL,
)


def depth_counterexample() -> dict[str, object]:
    """The shortest sequence of layer predictions on which m ≥ L and m > L differ, found by trying all."""
    for length in range(2, 5):
        for sequence in product("AB", repeat=length):
            last = sequence[-1]
            inclusive = next(i for i in range(length) if all(p == last for p in sequence[i:]))
            strict = next(i for i in range(length) if all(p == last for p in sequence[i + 1 :]))
            if inclusive != strict and inclusive > 1:
                return {
                    "predictions by layer": "".join(sequence),
                    "depth with m >= L": inclusive,
                    "depth with m > L": strict,
                }
    raise AssertionError("m > L and m >= L agree on all short sequences")


def depth_claims(text: str, sentence: str, about: str) -> Iterator[tuple[int, int, Judged]]:
    """Definitions of the prediction depth: every m ≥ L is the paper's, every m > L the known slip."""
    if not ABOUT_DEPTH.search(sentence + " " + about[-300:]):
        return
    for found in QUANTIFIER.finditer(text):
        if not EXTREME.search(sentence):
            continue
        # more than L less one is the same as at least L
        tail = text[found.end() : found.end() + 8]
        shifted = bool(re.match(r"\s*[-−]\s*1", tail))
        if _is_largest(text[: found.start()]):
            yield _largest(found)
            return
        strict = found.group("relation") in {">", "\\gt"} and not shifted
        yield from _depth(found, strict)
        return
    if re.search(r"prediction depth", sentence, re.I) and MINIMUM.search(text):
        strict_words = STRICT_WORDS.search(text)
        if TO_THE_LABEL.search(text):
            return
        if FROM_ON.search(text):
            yield (
                0,
                len(text),
                verified(
                    Kind.DEFINITION,
                    "every layer m ≥ L agrees with the last: the paper's definition",
                    Method.TABLE,
                ),
            )
        elif strict_words and not re.search(
            r"\bit\b|itself|that layer|agrees? at", strict_words.group(), re.I
        ):
            yield (
                0,
                len(text),
                unchecked(Kind.DEFINITION, "the words leave open whether layer L itself has to agree"),
            )


def _is_largest(before: str) -> bool:
    """Whether the set of layers before a quantifier is one of which the largest is taken."""
    extremes = list(EXTREME.finditer(before))
    return bool(extremes) and extremes[-1].group("largest") is not None


def _largest(found: re.Match[str]) -> tuple[int, int, Judged]:
    witness = {"predictions by layer": "abcc", "smallest such L": 3, "largest such L": 4}
    says = (
        "the largest L from which on all layers agree is always the last layer (abcc: 4); the prediction depth is the "
        "smallest (3)"
    )
    return found.start(), found.end(), refuted(Kind.DEFINITION, says, Method.COUNT, witness)


def _depth(found: re.Match[str], strict: bool) -> Iterator[tuple[int, int, Judged]]:
    if strict:
        witness = depth_counterexample()
        yield (
            found.start(),
            found.end(),
            refuted(
                Kind.DEFINITION,
                "the convention m > L is a known slip: the paper asks that every m ≥ L agrees, and the two differ on "
                f"{witness['predictions by layer']}",
                Method.COUNT,
                witness,
            ),
        )
    else:
        yield (
            found.start(),
            found.end(),
            verified(Kind.DEFINITION, "every m ≥ L agrees: the paper's definition", Method.TABLE),
        )


# -- random features -----------------------------------------------------------------------------------------------

LAW = re.compile(
    r"(?:\\sim|∼|~|drawn from|sampled from|distributed as|i\.?i\.?d\.? from|from)\s*(?:\$|\\,|\s|an?\b|the\b|normal|gaussian|multivariate|distribution|law|i\.?i\.?d\.?)*(?:\\mathcal\s*\{?\s*N\s*\}?|N|𝒩)\s*(?:\\left|\\big|\\Big)?\s*\(\s*(?P<mean>\\mathbf\s*\{?0\}?|\\boldsymbol\s*\{?0\}?|\\vec\s*\{?0\}?|0_?\w?|\\mathbf 0)\s*,\s*(?P<variance>[^$]*?)(?:\\right|\\big)?\s*\)(?=\s|[.,;:$)]|\\|$)"
)
GAUSSIAN_CONTEXT = re.compile(
    r"gaussian kernel|rbf|random (?:fourier )?feature|rff|rahimi|bochner|spectral|projection", re.I
)
VARIANCES_RIGHT = frozenset(
    {
        "I/sigma2",
        "sigma-2I",
        "1/sigma2I",
        "frac1sigma2I",
        "(1/sigma2)I",
        "Isigma-2",
        "fracIsigma2",
        "1/sigma2",
        "sigma-2",
        "I_D/sigma2",
        "sigma-2I_D",
        "frac1sigma2I_D",
        "fracI_Dsigma2",
        "I/sqrtD",
        "frac1sqrtDI",
        "I/sqrt(D)",
        "D-1/2I",
        "1/sqrtDI",
        "(1/sqrtD)I",
        "fracIsqrtD",
    }
)
VARIANCES_SLIP = frozenset({"sigma2I", "Isigma2", "sigma2", "sigma2I_D", "sqrtDI", "sqrt(D)I"})
VARIANCES_WRONG = {
    "sigmaI": 1.0,
    "I/sigma": -1.0,
    "1/sigmaI": -1.0,
    "frac1sigmaI": -1.0,
    "sigma-1I": -1.0,
    "fracIsigma": -1.0,
    "I/sigma4": -4.0,
    "sigma-4I": -4.0,
    "DI": 4.0,
    "I/D": -4.0,
}


def law_claims(
    text: str, sentence: str, about: str, bandwidth: Bandwidth = NO_BANDWIDTH
) -> Iterator[tuple[int, int, Judged]]:
    """The law of the projections: N(0, I/σ²); the handout's N(0, σ²I) is named and never refuted.

    `bandwidth` is what σ is in the document's own kernel: for exp(−‖δ‖²/(2σ)) the law is N(0, I/σ).
    """
    for found in LAW.finditer(text):
        if not GAUSSIAN_CONTEXT.search(sentence + " " + about[-800:]):
            continue
        form = _variance(found.group("variance"))
        if not bandwidth.is_course and "sigma" in form:
            other = _law_of_another_kernel(found.group("variance"), bandwidth)
            if other is not None:
                yield found.start(), found.end(), other
            continue
        factor = None if form in VARIANCES_RIGHT | VARIANCES_SLIP else _times_of_law(found.group("variance"))
        if form in VARIANCES_RIGHT or factor == 1:
            yield (
                found.start(),
                found.end(),
                verified(
                    Kind.DEFINITION,
                    "with w ~ N(0, I/σ²), E[cos w·δ] = exp(−‖δ‖²/(2σ²)), the Gaussian kernel",
                    Method.SYMBOLIC,
                ),
            )
        elif form in VARIANCES_SLIP:
            yield (
                found.start(),
                found.end(),
                unchecked(
                    Kind.DEFINITION,
                    "the original handout's slip: projections from N(0, σ²I) give exp(−σ²‖δ‖²/2); the Gaussian kernel needs N(0, I/σ²)",
                ),
            )
        elif (
            factor is not None
            and form not in VARIANCES_WRONG
            and factor != SIGMA**4
            and re.search(r"2\s*\\?(?:sigma|σ)", about[-3000:])
        ):
            says = "the Gaussian kernel exp(−‖δ‖²/(2σ²)) needs projections from N(0, I/σ²)"
            witness = {"sigma": 3, "variance": "1/9", "stated": f"{float(factor / SIGMA**2):.4g}"}
            yield found.start(), found.end(), refuted(Kind.DEFINITION, says, Method.SYMBOLIC, witness)
        elif form in VARIANCES_WRONG and re.search(r"sigma|σ", text):
            yield found.start(), found.end(), refuted(
                Kind.DEFINITION, "the Gaussian kernel exp(−‖δ‖²/(2σ²)) needs projections from N(0, I/σ²)", Method.SYMBOLIC,
                {"sigma": 2, "|delta|": 1, "kernel": 0.882497, "E[cos(w·delta)]": _expected_cosine(VARIANCES_WRONG[form])},
            )  # fmt: skip


def _law_of_another_kernel(variance: str, bandwidth: Bandwidth) -> Judged | None:
    """The law where the text's own kernel is not exp(−‖δ‖²/(2σ²)), or not everywhere."""
    times = _times_of_law(variance)
    if times is None:
        return None
    needed = 1 / bandwidth.variance(SIGMA)
    kernel = {"2σ": "2σ", "2σ²": "2σ²"}.get(bandwidth.latest.value, "σ²")
    says = f"the text's kernel exp(−‖δ‖²/({kernel})) needs projections of variance 1 over what stands under ‖δ‖²/2"
    stated = times / SIGMA**2
    if stated == needed:
        return verified(Kind.DEFINITION, says, Method.SYMBOLIC)
    if not bandwidth.is_variance or stated == 1 / needed:
        return unchecked(Kind.DEFINITION, f"{says}; whether that is what is stated is open")
    witness = {"sigma": 3, "variance": f"{float(needed):.4g}", "stated": f"{float(stated):.4g}"}
    return refuted(Kind.DEFINITION, says, Method.SYMBOLIC, witness)


SIGMA = Fraction(3)
IDENTITY = re.compile(
    r"(?:\\(?:mathbf|boldsymbol|mathbb|bm|mathrm)\s*\{?\s*I\s*\}?|(?<![A-Za-z\\])I(?![A-Za-z]))(?:_\{?\w\}?)?"
)


def _times_of_law(variance: str) -> Fraction | None:
    """How many times 1/σ² a multiple of the identity is, at σ = 3; None if it has other letters."""
    try:
        tree = read_expression(ascii_form(IDENTITY.sub("1", variance.strip("$ "))))
    except Unreadable:
        return None
    value = value_at(tree, {"sigma": SIGMA}) if names(tree) == {"sigma"} else None
    return None if value is None else value * SIGMA**2


def _expected_cosine(power: float) -> float:
    """E cos(w·δ) at σ = 2, |δ| = 1 for variance σ^power."""
    from math import exp

    return round(exp(-(2.0**power) / 2), 6)


def _variance(text: str) -> str:
    plain = ascii_form(text)
    plain = re.sub(r"\\(?:mathbf|boldsymbol|mathbb|bm|mathrm)\s*\{?\s*I\s*\}?", "I", plain)
    plain = re.sub(r"\\(?:cdot|,|;|!|left|right| )|\*|\s", "", plain)
    plain = (
        plain.replace("\\sigma", "sigma")
        .replace("\\frac", "frac")
        .replace("\\tfrac", "frac")
        .replace("\\sqrt", "sqrt")
        .replace("\\dfrac", "frac")
    )
    plain = re.sub(r"[{}^]", "", plain)
    return re.sub(r"I_?[dDn]\b", "I", plain) if plain not in VARIANCES_RIGHT else plain


# "the norm of φ(x) = √(1/R)[sin, cos] is 2": more is said than the scale
SAYS_MORE = re.compile(
    r"\b(?:norm|length|inner product)\b[^.;]*?[\])]\s*\$?\s*(?:is|are|equals?|becomes?|has)\b", re.I
)


def scale_claims(text: str, sentence: str, about: str) -> Iterator[tuple[int, int, Judged]]:
    """The scale in front of [sin, cos]: √(1/R), so that φ(x)·φ(x) = 1."""
    if not re.search(r"random|rff|fourier|phi|φ", sentence + about[-300:], re.I):
        return
    scale = feature_scale(text)
    if scale is None and (size := unrooted_size(text)) is not None:
        says = f"with sine and cosine features the scale is √(1/{size}): this one gives φ(x)·φ(x) = 1/{size}, and the kernel is 1 there"
        yield 0, len(text), refuted(
            Kind.DEFINITION, says, Method.SYMBOLIC, {"q = k": True, "phi(q)·phi(k)": f"1/{size}", "kernel": 1},
        )  # fmt: skip
    elif scale == 1 and not SAYS_MORE.search(sentence):
        says = "sin² + cos² sums to R over the features, so φ(x)·φ(x) = 1 = the kernel at 0"
        yield 0, len(text), verified(Kind.DEFINITION, says, Method.SYMBOLIC)
    elif scale is not None and scale != 1:
        yield 0, len(text), refuted(
            Kind.DEFINITION, f"with sine and cosine features the scale is √(1/R): this one gives φ(x)·φ(x) = {scale}, and the kernel is 1 there",
            Method.SYMBOLIC, {"q = k": True, "phi(q)·phi(k)": str(scale), "kernel": 1},
        )  # fmt: skip


# -- contradictions within the text's own numbers ------------------------------------------------------------------

IDENTITIES = re.compile(
    r"(?P<ids>[\d.,]+)\s*(?P<iu>million|M|thousand|k)?\s*(?:different |distinct )?(?:identities|people|persons|subjects|individuals)\b",
    re.I,
)
EACH = re.compile(
    r"(?P<low>\d+)\s*(?:-|–|—|to)\s*(?P<high>\d+)\s*(?:images|photos|faces|pictures|thumbnails|examples)\s*(?:per|for each|of each|each)\s*(?:identity|person|subject|individual)?",
    re.I,
)
TOTAL = re.compile(
    r"(?P<low>\d+)\s*(?:M|million)?\s*(?:-|–|—|to)\s*(?P<high>\d+)\s*(?:M|million)\s*(?:\w+ ){0,3}?(?:images|photos|faces|thumbnails|pictures)",
    re.I,
)


def quotient_claims(text: str) -> Iterator[tuple[int, int, Judged]]:
    """So many identities with so many images each have to give the total that is stated."""
    ids, each, total = IDENTITIES.search(text), EACH.search(text), TOTAL.search(text)
    if not (ids and each and total):
        return
    people = list(figures(text[ids.start() : ids.end()]))
    if not people:
        return
    count = people[0].value
    low, high = (Fraction(total.group(key)) * 10**6 for key in ("low", "high"))
    claimed_low, claimed_high = Fraction(each.group("low")), Fraction(each.group("high"))
    true_low, true_high = low / count, high / count
    if claimed_high > true_high * Fraction(3, 2) or claimed_low * Fraction(3, 2) < true_low:
        yield each.start(), each.end(), refuted(
            Kind.ARITHMETIC, f"the stated total divided by the identities is {float(true_low):g} to {float(true_high):g} images each",
            Method.COUNT, {"low": float(true_low), "high": float(true_high), "stated": each.group()},
        )  # fmt: skip
    elif claimed_low == true_low and claimed_high == true_high:
        yield (
            each.start(),
            each.end(),
            verified(Kind.ARITHMETIC, "the total divided by the identities gives this", Method.COUNT),
        )


SUMS = re.compile(
    r"(?P<parts>\d[\d,.]*+(?:\s*(?:\+|(?:,\s*)?and|(?<=,))\s*\d[\d,.]*+)++)[^.;\d]{0,40}?\b(?:sum(?:s|ming)? (?:up )?to|add(?:s|ing)? up to|add(?:s|ing)? to|total(?:s|ling)?(?: of)?|make(?:s)? (?:up )?|for a total of|in total|together)\s*(?:to |is |are |give |gives |make )?(?P<total>\d[\d,]*(?:\.\d+)?)",
    re.I,
)


def sum_claims(text: str) -> Iterator[tuple[int, int, Judged]]:
    """`400, 350 and 250 sum to 1000`."""
    for found in SUMS.finditer(text):
        numbers = [
            Fraction(re.sub(r",(?=\d{3})|[.,]$", "", piece))
            for piece in re.findall(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?", found.group("parts"))
        ]
        total = Fraction(found.group("total").replace(",", ""))
        exact = sum(numbers, Fraction(0))
        if len(numbers) < 2:
            continue
        if exact == total:
            yield (
                found.start(),
                found.end(),
                verified(Kind.ARITHMETIC, f"the numbers add up to {float(exact):g}", Method.COUNT),
            )
        else:
            yield found.start(), found.end(), refuted(
                Kind.ARITHMETIC, f"the numbers add up to {float(exact):g}", Method.COUNT, {"sum": float(exact), "stated": float(total)}
            )  # fmt: skip
