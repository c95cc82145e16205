# ruff: noqa: E501 -- a pattern or a sentence stays on one line
"""The prediction depth as a set-builder: `min{ℓ : ∀ m ≥ ℓ, c_m = c_last}` under any letters, tried on all short lists.

The paper's depth is the first layer from which on every layer's probe agrees with the last one (Baldock et al. 2021,
section 2). A formula is read as a function of the list of the layers' predictions and compared with that.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import product

from grader.verify.claim import Judged, Kind, Method, refuted, verified
from grader.verify.grammar.notation import ascii_form
from grader.verify.words.concepts import depth_counterexample

LONGEST = 5
LONGEST_TEXT = 400
SET = re.compile(
    r"(?P<before>(?:[-+\d\s]|\\left|[({\[])*)"
    r"\\?(?:operatorname\*?\{)?(?P<extreme>arg\s*(?:\\,)?\s*\\?min|arg\s*(?:\\,)?\s*\\?max|min|max|inf|sup)\}?\s*(?:_\s*\{?[^{}\\:|]{1,3}\}?)?\s*"
    r"(?:\\(?:left|big|Big|bigl|Bigl)\s*)?\\?\{(?P<inside>.+?)(?:\\(?:right|big|Big|bigr|Bigr)\s*)?\\?\}(?P<after>[-+\s\d]*)$"
)
SEPARATOR = re.compile(r"(?::|\\mid\b|\\colon\b|\\;?\|\\;?|\||\\text\{\s*(?:such that|s\.t\.)\s*\})")
INDEX = r"(?:\\ell|[a-zA-Z])'?"
# ∀ m ≥ ℓ, for all m > L − 1, for some m in {L, ..., 10}, for m = L, ..., 10
BOUNDED = rf"(?P<var>{INDEX})\s*(?:(?P<relation>>=|>|\\gt|\\geq?(?:slant)?|<=|<|\\leq?(?:slant)?|\\lt)\s*(?P<bound>{INDEX})\s*(?P<shift>[-+]\s*1)?|(?:=|\\in)\s*(?:\\?\{{)?\s*(?P<start>{INDEX})\s*(?P<step>[-+]\s*1)?\s*,?\s*(?:\\l?dots|\.\.\.|\\cdots)\s*,?\s*(?P<stop>\w+|\\\w+)\s*(?:\\?\}})?)"
QUANTIFIED = re.compile(
    rf"(?P<quantifier>\\forall|\\exists|for all|for every|for each|for any|for some|there (?:is|exists)(?: an?| some)?|for|whenever|where)?\s*{BOUNDED}"
)
REFERENCE = r"(?P<SIDEname>[A-Za-z]+|\\hat\{[A-Za-z]\}|\\hat\s?[A-Za-z]|\\bar\{[A-Za-z]\})(?:_\{(?P<SIDElow>[^{}]+)\}|_(?P<SIDEone>\\ell|last|final|end|\d+|\w)|\^\{\(?(?P<SIDEhigh>[^{}()]+)\)?\})?'?(?:\(\s*(?P<SIDEof>\w|\\ell|x_\{?\w\}?)\s*\))?(?:_\{(?P<SIDElater>[^{}]+)\})?"
AGREES = re.compile(
    rf"^{REFERENCE.replace('SIDE', 'a_')}\s*(?P<sign>=|!=|\\neq?|\\ne)\s*{REFERENCE.replace('SIDE', 'b_')}$"
)
# the formula's left side, or the words right before it, name the depth
LEFT_IS_DEPTH = re.compile(
    r"^\W*\\?(?:operatorname\*?\s*\{|mathrm\s*\{|text\s*\{|mathcal\s*\{)?(?:D|d|depth|pd|PD|[Dd]epth)\}?\s*(?:_\s*\{?[^{}()=]{1,12}\}?)?\s*(?:\([^()=]*\))?\s*(?:&\s*)?(?::=|=|\\coloneqq|\\equiv)",
)
NAMES_DEPTH = re.compile(
    r"\bdepth\b[^.;]{0,60}?(?:\b(?:is|are|equals?|as|be|(?:given|defined|denoted) by|reads|means|namely|i\.e\.|becomes)|[:=(—–])\s*(?:(?:the|then|just|simply|therefore|thus|also|written|exactly|given by|defined (?:as|by|to be)|equal to|least layer|following|number)[\s:,]+)*\W*$",
    re.I,
)
NOT_THE_DEPTH = re.compile(
    r"\binstead\b|\brather\b|\bvariants?\b|\balternative(?! (?:form|way|formula))|\bdiffer\w*|\bunlike\b|\bbound(?:s|ed)?\b|\bat (?:least|most)\b|\bversus\b|\bfirst agree\w*|\bfirst correct\b|\bweaker\b|\bstricter\b|\bnaive\b|\bonly\b|\bexit\b|\bstop\w*\b|\bnetwork'?s? depth\b|\bdepth of (?:the|a) (?:network|model|tree)|\boff by one\b|\bslips?\b|\bsome (?:people |authors? |solutions? )?(?:write|define|use)\b",
    re.I,
)
# "Equivalently it is": what the sentence before names
AGAIN = re.compile(
    r"\b(?:equivalently|in other words|in symbols|in formulas|formally|that is|i\.e\.)[\s,:]*(?:(?:it|this) (?:is|equals|reads))?\W*$"
    r"|\b(?:it|this|which) (?:is|equals)(?: (?:also|then|again|thus))*(?: (?:equal to|the same as))?\W*$",
    re.I,
)
DEPTH_BEFORE = re.compile(r"\bdepth\b[^.]*\.?[^.]*$", re.I)
Layers = Sequence[str]


@dataclass(frozen=True)
class _Index:
    """An index of a layer: a letter with a shift, or the last layer."""

    letter: str
    shift: int = 0


def judge(text: str, sentence: str, about: str) -> Judged | None:
    """A ruling on a formula that gives the prediction depth as a least or a largest layer; None for another formula.

    >>> judge(r"D(x) = \\min\\{l : \\exists m \\ge l, c_m = c_{10}\\}", "", "the prediction depth D(x)").ruling.value
    'refuted'
    """
    if len(text) > LONGEST_TEXT or not re.search(r"depth", f"{about[-1500:]} {sentence}", re.I):
        return None
    before = sentence.partition(text)[0]
    again = AGAIN.search(before) and DEPTH_BEFORE.search(about.rstrip(" $"))
    if not (LEFT_IS_DEPTH.search(text) or NAMES_DEPTH.search(before) or again) or NOT_THE_DEPTH.search(
        sentence
    ):
        return None
    depth = depth_function(text)
    if depth is None:
        return None
    return _compared(depth)


def paper_depth(layers: Layers) -> int:
    """The first layer from which on all agree with the last one.

    >>> paper_depth("ABCC")
    2
    """
    return next(m for m in range(len(layers)) if len(set(layers[m:])) == 1)


def _compared(depth: Callable[[Layers], int | None]) -> Judged | None:
    """Compare with the paper's depth on every list of up to five layers with three classes."""
    tried = 0
    for length in range(2, LONGEST + 1):
        for layers in map("".join, product("ABC", repeat=length)):
            value = depth(layers)
            if value is None:
                continue
            tried += 1
            if value == paper_depth(layers):
                continue
            if _is_strict(depth):
                witness = depth_counterexample()
                says = (
                    "the convention m > L is a known slip: the paper asks that every m ≥ L agrees, and the two differ on "
                    f"{witness['predictions by layer']}"
                )
                return refuted(Kind.DEFINITION, says, Method.COUNT, witness)
            witness = {"predictions by layer": layers, "depth": paper_depth(layers), "by this formula": value}
            says = (
                f"for the predictions {layers} this formula gives {value}; the prediction depth, the first layer from "
                f"which on every one agrees with the last, is {paper_depth(layers)}"
            )
            return refuted(Kind.DEFINITION, says, Method.COUNT, witness)
    if tried < 3**LONGEST:
        return None
    says = "it is the paper's depth on every list of up to five layers"
    return verified(Kind.DEFINITION, says, Method.TABLE)


def _is_strict(depth: Callable[[Layers], int | None]) -> bool:
    """Whether a formula is the depth that asks only the layers behind the least one to agree."""
    return all(
        depth(layers) == max(paper_depth(layers) - 1, 0) for layers in map("".join, product("AB", repeat=4))
    )


def depth_function(text: str) -> Callable[[Layers], int | None] | None:
    """A formula as a function of the list of predictions, layer 0 first; None if it is no such formula."""
    plain = _plain(text)
    right = re.split(r"(?<![<>!:])(?::=|=|\\equiv|\\coloneqq)(?=\s*(?:[-+\d\s(]|\\left)*\\?(?:operatorname|arg|min|max|inf|sup))", plain, maxsplit=1)[-1]  # fmt: skip
    found = SET.match(right.strip())
    if found is None:
        return None
    offset = _offset(found.group("before"), found.group("after"))
    parts = SEPARATOR.split(found.group("inside"), maxsplit=1)
    if offset is None or len(parts) != 2:
        return None
    variable = re.match(rf"\s*({INDEX})\s*(?:\\in\b.*)?$", parts[0])
    if variable is None:
        return None
    holds = _condition(parts[1], variable.group(1))
    if holds is None:
        return None
    largest = bool(re.search("max|sup", found.group("extreme")))

    def depth(layers: Layers) -> int | None:
        members = [v for v in range(len(layers)) if holds(layers, v)]
        if not members:
            # one more than the largest layer of none is layer 0, as texts say or mean
            return 0 if largest and offset == 1 else None
        return (max if largest else min)(members) + offset

    return depth


def _plain(text: str) -> str:
    """The formula in LaTeX's signs, without the words' boxes and the spacing."""
    plain = ascii_form(text).strip().rstrip(".,;")
    for _ in range(2):
        plain = re.sub(r"\\(?:text|mathrm|textrm|mathit|mbox|textit)\s*\{([^{}]*)\}", r" \1 ", plain)
    plain = re.sub(r"\\(?:mathcal|mathbf|boldsymbol|mathsf)\s*\{([A-Za-z])\}", r"\1", plain)
    plain = re.sub(r"\\(?:[,;!: ]|quad\b|qquad\b)|~|&|\\left(?![a-z])|\\right(?![a-z])", " ", plain)
    return re.sub(r"\s+", " ", plain).strip()


def _offset(before: str, after: str) -> int | None:
    """What is added to the extreme: 1 in `1 + max{...}` and `max{...} + 1`; None for something else."""
    written = re.sub(r"\s", "", f"{before}@{after}")
    return {"@": 0, "1+@": 1, "@+1": 1, "@-1": -1}.get(written)


def _condition(text: str, variable: str) -> Callable[[Layers, int], bool] | None:
    """What a layer has to satisfy, as a function; None if it is not read."""
    quantified = [
        found
        for found in QUANTIFIED.finditer(text)
        if found.group("var") != variable
        and (found.group("bound") or found.group("start")) == variable
        and (found.group("quantifier") or found.group("relation") or found.group("start"))
    ]
    if len(quantified) > 1:
        return None
    rest = text
    inner = variable
    first, every = 0, True
    direction = 1
    if quantified:
        found = quantified[0]
        rest = f"{text[: found.start()]} {text[found.end() :]}"
        inner = found.group("var")
        every = not re.search(r"exists|some|there", found.group("quantifier") or "")
        sign = found.group("relation") or ">="
        direction = -1 if sign.startswith(("<", "\\l")) else 1
        strict = sign in {">", "<", "\\gt", "\\lt"}
        shift = re.sub(r"\s", "", found.group("shift") or found.group("step") or "")
        first = (int(shift) if shift else 0) + direction * int(strict)
    statement = re.sub(
        r"^(?:[\s,:;]|\bit holds that\b|\bwe have\b|\bsuch that\b|\bthat\b|\bwith\b|\bfor which\b|\bwhere\b)+|(?:[\s,:;]|\bholds\b)+$",
        "",
        rest,
    )
    if statement.startswith("(") and statement.endswith(")"):
        statement = statement[1:-1].strip()
    found_pair = AGREES.match(re.sub(r"\s*([=()_^])\s*", r"\1", statement))
    if found_pair is None:
        return None
    letters = {variable, inner}
    references = [_index(found_pair, side, letters) for side in ("a_", "b_")]
    # the network's own class, under a hat and without a layer, is the last layer's
    names = [re.sub(r"[\s{}]", "", found_pair.group(f"{side}_name")) for side in "ab"]
    final = "hat" in names[1] and not any(
        found_pair.group(f"b_{key}") for key in ("low", "one", "high", "later")
    )
    if None in references or (names[0] != names[1] and not final):
        return None
    one, other = (reference for reference in references if reference is not None)
    if one == other or not {one.letter, other.letter} & letters:
        return None
    equal = found_pair.group("sign") == "="

    def at(index: _Index, layers: Layers, v: int, m: int) -> str | None:
        place = len(layers) - 1 if not index.letter else (m if index.letter == inner else v) + index.shift
        return layers[place] if 0 <= place < len(layers) else None

    def agrees(layers: Layers, v: int, m: int) -> bool:
        a, b = at(one, layers, v, m), at(other, layers, v, m)
        return a is not None and b is not None and (a == b) == equal

    def holds(layers: Layers, v: int) -> bool:
        if not quantified:
            return agrees(layers, v, v)
        over = (
            range(max(v + first, 0), len(layers)) if direction > 0 else range(min(v + first + 1, len(layers)))
        )
        return (all if every else any)(agrees(layers, v, m) for m in over)

    return holds


def _index(found: re.Match[str], side: str, letters: set[str]) -> _Index | None:
    """Which layer a reference names: one of the letters, or the last layer under any other sign or none."""
    text = next(
        (found.group(side + key) for key in ("low", "one", "high", "later") if found.group(side + key)), ""
    )
    spelled = re.sub(r"[\s()]", "", text)
    moved = re.fullmatch(rf"({INDEX})([-+]1)?", spelled)
    if moved and moved.group(1) in letters:
        return _Index(moved.group(1), int(moved.group(2) or 0))
    if re.search(r"[-+]", spelled):
        # L − 1 may be the last layer of L, counted from 0
        return _Index("") if re.fullmatch(r"[A-Z]-1", spelled) and spelled[0] not in letters else None
    if found.group(side + "of") in letters:
        return _Index(str(found.group(side + "of")))
    if re.fullmatch(r"\d|1", spelled) and int(spelled) < 2:
        return None
    return _Index("")


__all__ = ["depth_function", "judge", "paper_depth"]
