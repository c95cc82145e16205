# ruff: noqa: E501 -- a pattern, a table row or a sentence stays on one line
"""Random Fourier features in words: how fast the error falls, in what range the estimate lies, what the scale does to it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction

from grader.verify.claim import Judged, Kind, Method, refuted, verified
from grader.verify.grammar.notation import ascii_form

# -- rates ---------------------------------------------------------------------------------------------------------

SIZE = r"(?:R|m|D_\{?(?:\\text\{)?(?:random|R)\}?\}?|D_random)"
ERROR = r"(?:standard (?:deviation|error)|std(?:dev)?\.?|rmse?|root[- ]mean[- ]square(?:d)? error|(?:approximation |estimation |typical |monte[- ]carlo )?errors?)"
RATE = re.compile(
    rf"\b(?P<what>variance|{ERROR})\b[^.;:]{{0,50}}?\b(?:falls?|decays?|decreases?|shrinks?|goes down|drops?|scales?|vanishes|converges?|behaves?|is(?= proportional| of order| \$?O))\s+(?:off )?(?:like|as|with|at (?:a )?(?:the )?rate(?: of)?|proportional(?:ly)? to|of order|∝)?\s*\$?"
    rf"(?:O\s*\(|\\mathcal\{{?O\}}?\s*\(|Θ\()?\s*(?P<rate>1\s*/\s*(?:√|\\sqrt)\s*[({{]?{SIZE}[)}}]?|1\s*/\s*{SIZE}(?:\s*(?:²|\^\{{?2\}}?))?|{SIZE}\s*(?:\^\s*\{{?\s*[-−]\s*(?:1/2|1|2)\s*\}}?|⁻¹|⁻²)|\\frac\s*\{{1\}}\s*\{{(?:\\sqrt\s*\{{?)?{SIZE}\}}*)",
    re.I,
)
OTHER_ERROR = re.compile(
    r"classif|train|\btest|network|model|plot|loss|optimi[sz]|learn|steps?\b|epoch|gradient|bias", re.I
)


def rates(text: str) -> Iterator[tuple[int, int, Judged]]:
    """The variance of a mean over R directions is proportional to 1/R, its error to 1/√R."""
    for found in RATE.finditer(text):
        before = text[: found.start()]
        if re.search(
            r"\b(?:test|train\w*|classification|validation|relative)\s*$", before, re.I
        ) or OTHER_ERROR.search(found.group()):
            continue
        squared = bool(re.search(r"squared?\s*$", before, re.I)) and not re.search(
            r"root", before[-20:], re.I
        )
        what = "variance" if squared else found.group("what").lower()
        true = Fraction(1) if what == "variance" else Fraction(1, 2)
        yield found.start(), found.end(), _rate(what, _power(found.group("rate")), true)


def _power(rate: str) -> Fraction:
    plain = re.sub(r"\s", "", rate)
    if re.search(r"√|sqrt|1/2", plain):
        return Fraction(1, 2)
    if re.search(r"²|\^\{?[-−]?2|⁻²", plain):
        return Fraction(2)
    return Fraction(1)


def _rate(what: str, said: Fraction, true: Fraction) -> Judged:
    formula = "1/R" if true == 1 else "1/√R"
    if said == true:
        return verified(
            Kind.COMPLEXITY,
            f"a mean of R independent terms has a {what} proportional to {formula}",
            Method.SYMBOLIC,
        )
    return refuted(
        Kind.COMPLEXITY,
        f"a mean of R independent terms has a {what} proportional to {formula}: the variance is 1/R of one term's",
        Method.SYMBOLIC,
        {
            "R": "100 times as large",
            what: f"{100.0 ** float(true):g} times smaller",
            "stated": f"{100.0 ** float(said):g} times",
        },
    )


ONE_COSINE = re.compile(
    r"\bvariance of (?:one|a single|the|each|a) (?:such )?cosine(?: feature| term)?\s+(?:is|equals)\s+\$?(?P<formula>[^$;]+?)\$?(?=[.,;]?\s*$|[.,;]\s)",
    re.I,
)

# -- ranges --------------------------------------------------------------------------------------------------------

PRODUCT = r"(?:\\?(?:phi|φ|ϕ)\s*\(\s*q(?:_\w)?\s*\)\s*(?:ᵀ|\^\{?\\?(?:top|T|mathsf\{T\})\}?)?\s*(?:·|\\cdot)?\s*\\?(?:phi|φ|ϕ)\s*\(\s*k(?:_\w)?\s*\)\s*(?:ᵀ|\^\{?\\?(?:top|T)\}?)?)"
RANGE = re.compile(
    rf"{PRODUCT}[^.;]{{0,90}}?\b(?:lies?|is|stays?|takes values?|falls?)\s+(?:always |only )?(?:in|between|within)\s*\$?\s*(?P<open>[\[(])?\s*(?P<low>[-−]?\s*\d)\s*(?:,|and|to)\s*(?P<high>\d)\s*(?P<close>[\])])?",
    re.I,
)


def ranges(text: str, about: str) -> Iterator[tuple[int, int, Judged]]:
    """The trigonometric estimate is a mean of cosines: it lies in [−1, 1] and can be negative."""
    if not re.search(r"random|fourier|cos", about + text, re.I):
        return
    for found in RANGE.finditer(text):
        low, high = (int(re.sub(r"\s", "", found.group(key)).replace("−", "-")) for key in ("low", "high"))
        if (low, high) == (-1, 1):
            yield (
                found.start(),
                found.end(),
                verified(Kind.FACT, "it is the mean of the cosines of w·(q − k)", Method.SYMBOLIC),
            )
        elif (low, high) == (0, 1):
            yield (
                found.start(),
                found.end(),
                refuted(
                    Kind.FACT,
                    "it is the mean of the cosines of w·(q − k), which can be negative",
                    Method.SYMBOLIC,
                    {"R": 1, "w·(q − k)": "π", "φ(q)·φ(k)": -1},
                ),
            )


KERNEL_RANGE = re.compile(
    r"\b(?:kernel matrix|gaussian kernel|rbf kernel)\b[^.;]{0,160}?\b(?:entries|values?|it)\s+(?:all |always )?(?:lies?|are|is|stays?)\s+(?:in|between)\s*\$?\s*(?P<open>[\[(])\s*(?P<low>[-−]?\d)\s*,\s*(?P<high>\d)\s*(?P<close>[\])])",
    re.I,
)


def kernel_ranges(text: str) -> Iterator[tuple[int, int, Judged]]:
    """The Gaussian kernel lies in (0, 1]."""
    for found in KERNEL_RANGE.finditer(text):
        interval = (
            "".join(found.group(key) for key in ("open", "low"))
            + ","
            + found.group("high")
            + found.group("close")
        )
        if interval in {"(0,1]", "[0,1]"}:
            yield (
                found.start(),
                found.end(),
                verified(Kind.FACT, "exp(−d) with d ≥ 0 lies in (0, 1], and is 1 at d = 0", Method.SYMBOLIC),
            )
        elif interval.startswith(("[-1", "(-1", "[−1", "(−1")) or interval == "[0,1)":
            continue
        elif interval == "(0,1)":
            yield (
                found.start(),
                found.end(),
                refuted(Kind.FACT, "at q = k the kernel is 1", Method.SYMBOLIC, {"q = k": True, "kernel": 1}),
            )


# -- the scale -----------------------------------------------------------------------------------------------------

ROOT = re.compile(
    r"(?:(?:\\sqrt|√)\s*(?:\{\s*(?:\\[td]?frac\s*\{?(?P<n1>\d)\}?\s*\{(?P<d1>[^{}]+)\}|(?P<n2>\d)\s*/\s*(?P<d2>[^{}]+))\s*\}|\(\s*(?P<n3>\d)\s*/\s*\(?\s*(?P<d3>[^()]+?)\s*\)?\s*\))"
    r"|(?:\\[td]?frac\s*\{\s*1\s*\}\s*\{\s*\\sqrt\s*\{?(?P<d4>[^{}]+)\}?\s*\}|1\s*/\s*(?:\\sqrt|√)\s*[({]?(?P<d5>\d?\s*[A-Za-z_]+)[)}]?)"
    r"|(?P<d6>[A-Za-z](?:_\{?\w+\}?)?)\s*\^\s*\{\s*[-−]\s*(?:1\s*/\s*2|\\frac\{?1\}?\{?2\}?)\s*\})"
    r"\s*(?:\\cdot|·|\\,|\*)?\s*(?:\\left|\\big|\\Big|\\bigl)?\s*\\?[\[({](?P<inside>[^=]*?(?:sin|cos)[^=]*)"
)
SCALED_SIZES = frozenset({"R", "F", "m", "r", "D_random", "D_rand", "D_R", "D_r", "d_random"})


def feature_scale(formula: str) -> Fraction | None:
    """R times the square of the factor in front of [sines, cosines of R directions]; None if it is not such a map.

    >>> feature_scale("φ(x) = √(1/R) [sin(w_1ᵀx), cos(w_1ᵀx)]"), feature_scale("φ(x) = √(2/R) [sin(Wx), cos(Wx)]")
    (Fraction(1, 1), Fraction(2, 1))
    >>> feature_scale("φ(x) = √(2/L) [sin(Wx), cos(Wx)]")
    Fraction(1, 1)
    """
    braced = re.sub(r"\\[td]?frac\s*(\d)\s*([A-Za-z])(?![A-Za-z])", r"\\frac{\1}{\2}", _on_one_row(formula))
    braced = re.sub(r"_\s*\{\s*\\(?:text|mathrm|textrm)\s*\{(\w+)\}\s*\}", r"_\1", braced)
    braced = re.sub(r"\\[td]?frac\s*(\d)\s*\{", r"\\frac{\1}{", braced)
    text = ascii_form(re.sub(r"\\[,;!]|\\[bB]igg?[lr]?(?![A-Za-z])", "", braced))
    text = re.sub(r"(?<![A-Za-z\\])sqrt(?=\s*[({])", r"\\sqrt ", text)
    map_named = re.search(r"phi|psi|\bz\s*\(", text.split("=")[0])
    if not map_named or (map_named.group() != "phi" and re.search(r"exp|e\s*\^", text)):
        return None
    found = ROOT.search(text)
    if found is None or "sin" not in found.group("inside") or "cos" not in found.group("inside"):
        return None
    if re.search(r"2\s*R", found.group("inside")):
        return None
    over = Fraction(found.group("n1") or found.group("n2") or found.group("n3") or 1)
    under = next(found.group(f"d{key}") for key in range(1, 7) if found.group(f"d{key}"))
    size = re.fullmatch(r"(\d?)(?:\\cdot)?([A-Za-z_]+)", re.sub(r"\\text|\\mathrm|[{}\s]", "", under))
    if size is not None and size.group(2) == "L" and over == 2 * Fraction(size.group(1) or 1):
        return Fraction(1)  # √(2/L) for L features, a sine and a cosine for each of L/2 directions
    if size is None or not (size.group(2) in SCALED_SIZES or _counts_directions(size.group(2), text)):
        return None
    if size.group(2) == "F" and over != 1:
        # √(2/F) has F for all the features, F/2 of them sines
        return None
    return over / Fraction(size.group(1) or 1)


# φ(x) = (1/R) [sin(Wx), cos(Wx)]: a list, and no sum of products of sines and cosines
UNROOTED = re.compile(
    r"^\W*(?:\\?(?:phi|varphi)|[φϕ])(?:_\{?\w+\}?)?\s*\(\s*\w(?:_\{?\w\}?)?\s*\)\s*:?=\s*\(?\s*(?:\\[td]?frac\s*\{?1\}?\s*\{?(?P<a>[A-Za-z](?:_\w+)?)\}?|1\s*/\s*(?P<b>[A-Za-z](?:_\w+)?))\s*\)?\s*(?:\\cdot|·|\*)?\s*(?:\\left|\\big|\\Big|\\bigl)?\s*\\?[\[({](?P<inside>[^=+Σ]*)"
)


def unrooted_size(formula: str) -> str | None:
    """The letter R of a map (1/R)·[sines, cosines], in which the root is missing; None for other formulas.

    >>> unrooted_size("φ(x) = (1/R)·[sin(Wx), cos(Wx)]"), unrooted_size("φ(x)ᵀφ(y) = (1/R)·Σ cos(w_r·(x − y))")
    ('R', None)
    """
    plain = re.sub(r"\\[,;!]", "", _on_one_row(formula))
    found = UNROOTED.match(plain)
    if found is None or re.search(r"\\sum|\\top|\^T|ᵀ", found.group("inside").split("sin")[0]):
        return None
    sine, cosine = (found.group("inside").find(name) for name in ("sin", "cos"))
    listed = (
        sine >= 0
        and cosine >= 0
        and re.search(r"[,;&]", found.group("inside")[min(sine, cosine) : max(sine, cosine)])
    )
    size = found.group("a") or found.group("b")
    return size if listed and size in SCALED_SIZES else None


COLUMN = re.compile(r"\\begin\{[pb]matrix\}(?P<body>.*?)\\end\{[pb]matrix\}", re.DOTALL)


def _on_one_row(formula: str) -> str:
    """The formula with a row or a column that is written out as a list in brackets."""
    return COLUMN.sub(
        lambda found: "[" + re.sub(r"\\\\(?:\[[^\]]*\])?|&", ",", found.group("body")) + "]", formula
    )


def _counts_directions(size: str, formula: str) -> bool:
    """Whether the last direction in the formula has this letter as its number: sin(w_sᵀx)."""
    return (
        re.search(rf"(?:sin|cos)[^,]{{0,40}}?_\s*\{{?\s*{re.escape(size)}(?![A-Za-z])", formula) is not None
    )


UNBIASED = re.compile(
    rf"(?P<left>{PRODUCT})\s*\$?\s*(?:is|gives|yields)\s+(?:then )?an? unbiased (?:estimate|estimator|approximation)\s+(?:of|for)\s+\$?(?P<right>[^$.;]*(?:kernel|K_?\{{?G|exp)[^$.;]*)",
    re.I,
)


def unbiased(text: str, scale: Fraction | None) -> Iterator[tuple[int, int, Judged]]:
    """`φ(q)ᵀφ(k) is an unbiased estimate of the Gaussian kernel`, for the φ that the document gives."""
    for found in UNBIASED.finditer(text):
        right = ascii_form(found.group("right"))
        gaussian = re.search(r"gauss|K_?\{?G|kernel|2\s*\\sigma\s*\^\{2\}|2\s*\\sqrt", right, re.I)
        if scale is None or not gaussian:
            continue
        if scale == 1:
            yield (
                found.start(),
                found.end(),
                verified(
                    Kind.IDENTITY,
                    "E[cos w·(q − k)] is the kernel, and the scale makes φ(q)·φ(k) their mean",
                    Method.SYMBOLIC,
                ),
            )
        else:
            yield (
                found.start(),
                found.end(),
                refuted(
                    Kind.IDENTITY,
                    f"with the φ of this text the expectation is {scale} times the kernel",
                    Method.SYMBOLIC,
                    {"q = k": True, "φ(q)·φ(k)": str(scale), "kernel": 1},
                ),
            )
