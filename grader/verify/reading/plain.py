"""Formulas in plain lines: `exp(q·k/√D) = exp(‖q‖²/(2σ²)) · G(q, k)` with no dollar sign around it."""

from __future__ import annotations

import re
import unicodedata

from grader.verify.grammar.notation import GREEK_NAMES, WORDS

RELATION = re.compile(r":=|<=|>=|!=|[=≈≤≥<>≠≔≡∈]|\bequals\b")
WORD_LETTERS = re.compile(r"[A-Za-z]+(?:_\{?[A-Za-z0-9]+\}?)?")
KNOWN = WORDS | GREEK_NAMES | {"sqrt", "Gauss", "gauss", "RBF", "rbf", "phi", "psi", "sigma", "frac"}
LISTED_BEFORE = re.compile(r"(?<![\w)])(?P<names>(?:[A-Za-zφψω](?:_\{?\w+\}?)?,\s+)+)$")
CUT_SHORT = re.compile(r"[\[({|‖]+(?:sin|cos|exp|\\|[A-Za-z]\()|\[")
# `t = 1 t = 2`, `N i i i`: several formulas or labels of a drawing run together.
RUN_TOGETHER = re.compile(r"=\s*[-−]?\d[\d.]*\s*[^\W\d]\w?\s*=|(?<!\S)([^\W\d])(?: \1){2,}(?!\S)|\]\s*\[")
# the shape of what stands before it: `S = φ(k_1) v_1ᵀ + φ(k_2) v_2ᵀ (C × M)`
SHAPE_BESIDE = re.compile(
    r"(?<=[\w)\]}])\s+\(\s*\d?[A-Za-z]\w{0,2}\s*(?:×|x|\\times)\s*\d?[A-Za-z]\w{0,2}\s*\)$"
)
ATTENTION = frozenset({"attention", "attn", "att"})  # with arguments a function, alone a word
PROSE_SINGLES = frozenset({"a", "A", "I"})


def plain_formulas(line: str, *, continued: bool = False) -> list[str]:
    """The formulas with a relation in one line of prose, and a line that is one expression as a whole.

    `continued` says that the next line goes on with an equals sign, so that any expression is the left side of it.

    >>> plain_formulas("Set σ² = √D, so that exp(q·k/σ²) = exp(q·k/√D).")
    ['σ² = √D', 'exp(q·k/σ²) = exp(q·k/√D)']
    """
    text = re.sub(r"^\s*(?:[-*+>]\s+|\d+[.)]\s+|#+\s+|\([a-z0-9]{1,3}\)\s+)", "", line)
    text = text.replace("**", "") if not re.search(r"\w\*\*\w", text) else text
    text = text.replace("`", "")
    if not text.strip() or len(text) > 2000:
        return []
    if "\ue000" in text:
        return [formula for piece in re.split("\ue000\\d+\ue001", text) for formula in plain_formulas(piece)]
    words = [(found.group(), found.start()) for found in re.finditer(r"\S+", text)]
    kinds = [_is_mathematics(word) for word, _ in words]
    for place, (word, _) in enumerate(words):
        if word.strip(".,;:()") in PROSE_SINGLES:
            if place and re.fullmatch(r"(?:sin|cos|exp|log|ln|tanh)", words[place - 1][0]):
                kinds[place] = True
                continue
            beside = [words[other][0] for other in (place - 1, place + 1) if 0 <= other < len(words)]
            kinds[place] = any(re.search(r"[=+*/^·≈−]$|^[=+*/^·≈−]", near) for near in beside)
    for place in range(1, len(words) - 1):
        if words[place][0] == "equals" and kinds[place - 1] and kinds[place + 1]:
            kinds[place] = True
    found: list[str] = []
    start = None
    for place in range(len(words) + 1):
        mathematical = place < len(words) and kinds[place]
        if mathematical and start is None:
            start = place
        if (
            start is not None
            and mathematical
            and place + 1 < len(words)
            and kinds[place + 1]
            and _is_open(text[words[start][1] : words[place][1] + len(words[place][0])])
        ):
            continue
        if start is not None and (not mathematical or _ends(words[place][0])):
            end = place + 1 if mathematical else place
            run = text[words[start][1] : words[end - 1][1] + len(words[end - 1][0])]
            before = words[start - 1][0] if start else ""
            if re.fullmatch(r"[A-Za-z]|.*[\d=+*/^ᵀ⊤²³√·×].*", before.strip("(\"'")) and not re.search(
                r"[,;:.]$", before
            ):
                # a formula whose beginning was taken for a word: better none than half of one
                start = None
                continue
            listed = LISTED_BEFORE.search(text[: words[start][1]]) if "∈" in run else None
            if listed:
                run = text[listed.start("names") : words[start][1]] + run
            if end < len(words) and not _ends(words[end - 1][0]) and CUT_SHORT.match(words[end][0]):
                start = None
                continue
            found += _formulas_in(run, whole=start == 0 and end == len(words), continued=continued)
            start = None
    return found


def _is_open(run: str) -> bool:
    """Whether a list bracket is open at the end of a run: its commas end no formula."""
    listed = re.search(r"=\s*\((?:[^()]|\([^()]*\))*$", run)
    arguments = re.search(r"\w\((?:[^\W\d]\w?,\s*)+$", run)  # Attention(Q, K,
    return (
        listed is not None
        or arguments is not None
        or any(run.count(left) > run.count(right) for left, right in ("[]", "{}"))
    )


def _ends(word: str) -> bool:
    """Whether punctuation after a word ends the formula: `√D,` does, `(q,` does not."""
    return bool(re.search(r"[,;:.]$", word)) and word.count("(") <= word.count(")") and not word.endswith("(")


def _is_mathematics(word: str) -> bool:
    bare = word.strip('.,;:!?"“”')
    if re.fullmatch(r"(?:\.{3}|…)[,;]?", word):
        return True
    if not bare:
        return word in {":", "="}
    if re.fullmatch(r"[^\w\s]+", bare):
        return bool(re.search(r"[=+*/^·×−\-≈≤≥<>(){}\[\]|‖⇒⟹→∑Σ∈…]", bare)) and bare not in {
            "—",
            "--",
            "->",
            "→",
        }
    if re.match(r"NNS?\d", bare):
        # a network's name, no product
        return False
    letters = WORD_LETTERS.findall(re.sub(r"\\[A-Za-z]+", " ", bare))
    for run in letters:
        head, _, tail = run.partition("_")
        if head.casefold() in ATTENTION and f"{run}(" not in bare:
            return False
        if head in KNOWN or len(head) == 1:
            continue
        sizes = not re.fullmatch(r"[A-Z]{2,4}", bare) or set(head) <= set("NDMLRCKQVTS")
        if head.isupper() and len(head) <= 4 and not tail and sizes:
            continue
        # qk inside a word that has other mathematics
        if re.search(r"[=^·/*√²|‖(]", bare) and re.fullmatch(
            r"[qkxyvwij]{2,3}|[QKVWX][qkxyv]|[qkxyv][KVWX]", head
        ):
            continue
        return False
    return True


def _formulas_in(run: str, *, whole: bool, continued: bool) -> list[str]:
    run = run.strip().strip(",;:").strip()
    run = re.sub(r"[.]$", "", run)
    run = re.sub(r"\s+[(\[](?:[A-Z]\d+|\d+|[a-z]+|eq\.? ?\d*)[)\]]$", "", run)
    run = SHAPE_BESIDE.sub("", run)
    run = _balanced(run)
    if not run:
        return []
    relation = RELATION.search(run)
    if relation:
        if RUN_TOGETHER.search(unicodedata.normalize("NFKC", run)):
            return []
        left, right = run[: relation.start()].strip(), run[relation.end() :].strip()
        if right and (left or whole):
            return [run]
        return []
    if whole and (continued or re.search(r"exp|e\^|√|‖", run)) and not re.fullmatch(r"[\W\d]*", run):
        return [run]
    return []


def _balanced(run: str) -> str:
    """The run without a bracket at an end that has no partner."""
    for _ in range(6):
        depth = lowest = 0
        for character in run:
            depth += {"(": 1, ")": -1}.get(character, 0)
            lowest = min(lowest, depth)
        if depth > 0 and run.startswith("("):
            run = run[1:].strip()
        elif lowest < 0 and run.endswith(")"):
            run = run[:-1].strip()
        else:
            return run
    return run
