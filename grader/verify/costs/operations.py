# ruff: noqa: E501 -- a pattern, a table row or a sentence stays on one line
"""What texts say costs something: the parts and totals of each method, what each takes per token, in all and in memory.

N positions, D the width of queries and keys, M of values, R random directions, L the length of the features whatever
they are (2R of random ones, about D²/2 of the polynomial kernel of degree 2), B the size of a batch, H heads.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from grader.verify.reading.patterns import compiled


@dataclass(frozen=True)
class Operation:
    """Something with a known cost: how texts name it, its total, and what one token costs if that is spoken of."""

    pattern: re.Pattern[str]
    total: str
    says: str
    needs: str = ""  # words that the sentence or its section must have
    step: str = ""  # cost for one token
    also: tuple[str, ...] = ()  # other sensible recipes or readings: neither verified nor refuted
    single: bool = False  # it is one token's own unless the words say otherwise


def _operation(
    pattern: str, total: str, says: str, needs: str = "", step: str = "", also: tuple[str, ...] = (), single: bool = False,
) -> Operation:  # fmt: skip
    return Operation(re.compile(pattern, re.I), total, says, needs, step, also, single)


SOFTMAX = r"(?:soft-?max|standard|vanilla|full|exact|ordinary|usual|dot[- ]product|quadratic) (?:dot[- ]product )?(?:self[- ])?attention"
RANDOM = (
    r"random[- ](?:fourier[- ])?features?|\brff\b|\brfa\b|random map|φ_?random|phi_\{?\\?(?:text\{)?random"
)
LINEAR = r"(?:kernelized|kernelised|linear|linearized|linearised|kernel) attention"
FEATURE = r"[φψ](?:_\w+)?"
KEY = r"\(\s*[Kk]_\{?\w\}?\s*\)"
QUERY = r"\(\s*[Qq]_\{?\w\}?\s*\)"
RECURSION = r"causal (?:linear|kernelized|kernelised) attention|(?:causal )?recursion|recurren(?:t|ce)|prefix[- ]sums?|cumulative (?:sums?|updates?)|running sums?"

PROJECTIONS = _operation(
    r"(?<!output )(?<!query )(?<!key )(?<!value )(?<!linear )(?<!input )(?<!learned )(?<!QKV )(?:projecti(?:on|ng)s?\b|project(?:s|ed|ing)? (?:all|every|the|queries|keys))(?!\s+(?:to|into|for|of)\s+(?:the )?(?:[QKV]\b|outputs?|values?))(?!\s+to\s+(?:the )?(?:queries|keys))"
    r"|(?:inner|dot) products? with (?:the |all )?(?:random|w)\b|XWᵀ?|QWᵀ?|KWᵀ?|\bW\s?x\b|\bw_\w\s?ᵀ\s?x\b",
    "N R D", "N vectors of length D onto R directions", RANDOM + r"|(?-i:\bW\b)|\bw_|ω|random|frequenc|(?-i:\bR\b)|D_random", step="R D",
)  # fmt: skip

TIME: tuple[Operation, ...] = (
    _operation(r"(?:naive|naïve|from scratch|recomput)\w*|\b(?:afresh|anew|all over again|from zero)\b", "N^2 L M", "recomputing the sums for each of N positions costs N²LM", "causal|prefix|mask|sums?|each (?:position|\\$?i)|S_"),
    _operation(r"(?:" + RANDOM + r").{0,60}(?:attention|approximation|in total|total|overall|altogether|method|whole)|(?:total|overall|whole|full).{0,60}(?:" + RANDOM + r")|\brfa\b|random[- ]feature attention",
               "N R D + N R M", "random-feature attention takes NRD for the projections and NRM for the sums", step="R D + R M", also=("R M",)),
    _operation(r"polynomial (?:\w+ )?attention|(?:polynomial|quadratic|degree[- ](?:two|2)|second[- ]order).{0,50}(?:attention|total|overall|altogether)|(?:attention|total).{0,40}(?:polynomial|quadratic kernel|degree[- ](?:two|2))",
               "N D^2 M", "degree-2 polynomial features number about D²/2, so the attention takes N·D²·M", step="D^2 M"),
    _operation(r"(?:, |\bthen )the softmax (?:costs?|takes?|needs?)", "N^2", "one operation for each of N² weights", r"QK|scores", also=("N^2 D + N^2 M",)),
    _operation(SOFTMAX + r"|attention with (?:a |the )?softmax|softmax(?:'s)? (?:cost|complexity|total|method|variant|version)|causal softmax|softmax takes|softmax decoder", "N^2 D + N^2 M", "QKᵀ takes N²D and the weights times V take N²M", step="N D + N M"),
    _operation(r"(?:attention )?(?:scores?|logits?|score matri(?:x|ces))\b|all (?:pairwise )?(?:inner|dot) products|all pairs of (?:inner|dot) products|the similarity matrix|gram matrix|gaussian kernel matrix|kernel matrix", "N^2 D", "N² inner products of length D", step="N D", also=("D",)),
    _operation(r"soft-?max (?:itself|normali[sz]ation|over|of the (?:rows|scores))|row[- ]?wise soft-?max|normali[sz]ing (?:the )?(?:rows|scores|weights)|exponentiat\w+|exponentials", "N^2", "one operation for each of N² weights", r"scores|N\^2|N²|attention matrix|rows|softmax", also=("N L",)),
    _operation(r"(?:attention )?(?:weights?|matrix|probabilit\w+) (?:times|by|with|and) (?:the )?(?:values?|\$?V\b)|(?:weighted (?:sum|average)s?|mix\w+|averag\w+|combin\w+) (?:of |over )?(?:the |all )?(?:values?|\$?V\b)|\bweight(?:ed|ing) (?:the |all )?values\b|multiply\w* (?:\w+ ){0,4}by (?:the values|\$?V\b)", "N^2 M", "an N×N matrix times an N×M matrix", step="N M"),
    PROJECTIONS,
    _operation(r"sin(?:e|es|us)?\b.{0,25}cos|trigonometric|sin(?:e|es)? and cos", "N R", "a sine and a cosine for each of N·R projections", step="R"),
    _operation(r"(?:comput|evaluat|generat|form|build|apply|construct)\w*\W+(?:all |of |each )*(?:the )?(?:random (?:fourier )?)?feature(?:s| map| vectors?)\b(?! attention)|\bmap(?:ping|s)? (?:all|every|each|the|a|one)\b[^.;,]{0,25}\b(?:vectors?|tokens?|quer(?:y|ies)|keys?)\b|\b(?:the|each|all) (?:random )?feature (?:maps?|computation)\b|(?:comput|evaluat)\w*\W+(?:all |each |every )?" + FEATURE + r"\([^()]*\)\W*(?:for|costs?|takes?|of|in|$)",
               "N R D", "N vectors of length D onto R directions, then N·R sines and cosines", r"random|frequenc|\\sin|sines|D_random", step="R D", also=("R D",)),
    _operation(r"(?:comput\w+|evaluat\w+|form\w+|build\w+|construct\w+|mapping|expanding)\W+(?:all |of )?(?:the )?(?:feature map|features|polynomial features|monomials|quadratic features)", "N L", "one product of two coordinates for each monomial", r"polynomial|monomial|degree[- ](?:two|2)|quadratic kernel", step="L", also=("L D", "N L D", "N R D")),
    _operation(r"add(?:ing|ed|s)? (?:\w+ ){0,3}to (?-i:S)\b|updat\w+ (?:of )?(?:the (?:matrix|state) )?(?-i:S)\b|accumulat\w+ (?:into )?(?-i:S)\b", "N L M", "S has L·M entries", step="L M"),
    _operation(r"add(?:ing|ed|s)? (?:\w+ ){0,3}to [Zz]\b|updat\w+ (?:of )?(?:the (?:vector|normali[sz]er) )?[Zz]\b|accumulat\w+ (?:into )?[Zz]\b", "N L", "Z has L entries", step="L"),
    _operation(r"(?:\\sum|[Σ∑])\S{0,16}\s*(?:e_\{?\w\}?\s*)?" + FEATURE + KEY + r"\s?(?:ᵀ\s?[Vv]_|[Vv]_\{?\w\}?\s?ᵀ)|(?:build|form|comput|accumulat|sum)\w*\W+(?:of )?(?:the (?:matrix|sum|state) )?(?-i:S)\b|\b(?-i:S) (?:costs?|takes?|needs?|requires?)\b|" + FEATURE + r"\(\s*K\s*\)\s?ᵀ\s?V\b", "N L M", "S sums N outer products of L features and M values", step="L M"),
    _operation(r"(?:build|form|comput|accumulat|sum)\w*\W+(?:of )?(?:the (?:vector|sum|normali[sz]er) )?[zZ]\b|\b[zZ] (?:costs?|takes?|needs?|requires?)\b|" + FEATURE + r"\(\s*K\s*\)\s?ᵀ\s?(?:1|𝟏|𝟙|\\mathbf\{?1)", "N L", "z sums N feature vectors of length L", step="L"),
    _operation(FEATURE + KEY + r"\s?ᵀ\s?[Vv]_|" + FEATURE + KEY + r"\s?[Vv]_\{?\w\}?\s?ᵀ|(?:the|each|every|one|an|its) outer products?\b|^outer products?\b", "N L M", "an outer product of a feature vector and a value for each token", step="L M", single=True),
    _operation(FEATURE + QUERY + r"\s?ᵀ?\s?(?-i:S)(?![a-z])|" + FEATURE + r"\(\s*Q\s*\)\s?(?-i:S)\b|(?<!of the )\bnumerators?\b", "N L M", "a feature vector of length L times an L×M matrix for each query", r"[φψ]|phi|psi|feature|recurs|state|\b(?-i:S)\b", step="L M"),
    _operation(FEATURE + QUERY + r"\s?ᵀ?\s?[zZ](?![a-z])|" + FEATURE + r"\(\s*Q\s*\)\s?[zZ]\b|(?<!by the )(?<!by its )(?<!scalar )\bdenominators?\b|\bnormali[sz]ers?\b", "N L", "an inner product of length L for each query", r"[φψ]|phi|psi|feature|recurs|state|\b(?-i:S)\b", step="L"),
    _operation(r"\b(?:each|every|one|a single|a new) output\b", "N L M", "each output multiplies a feature vector of length L with an L×M matrix", r"sums? (?:are|is) (?:known|there|computed|stored|shared|available)|given (?:the|both) sums|precomputed", step="L M", single=True),
    _operation(r"\b(?:the|two|both|these) (?:two |global )?sums\b(?! of)", "N L M", "S sums N outer products of L features and M values", r"[φψ]|phi|psi|feature", step="L M", also=("N L",)),
    _operation(LINEAR, "N L M", "the sums φ(K)ᵀV and φ(Q)S take N·L·M each", step="L M"),
    _operation(RECURSION, "N L M", "each of N steps updates and reads an L×M state", step="L M", also=("N R D + N R M", "R D + R M")),
    _operation(r"(?:squared )?(?:key |query )?norms?\b|(?<![{(])‖\s?[kqKQ]_\{?\w\}?\s?‖", "N D", "N vectors of length D", r"key|query|‖|\|", step="D"),
    _operation(r"(?:division|divid\w+|normali[sz]\w+).{0,40}(?:denominator|scalar|numerator)|^\W*(?:the )?(?:final )?divisions?\b|\bdivisions? (?:by|cost|take)\w*", "N M", "M divisions for each of N rows", step="M"),
    _operation(r"(?:weight|scal)\w+ (?:of )?(?:the )?(?:keys['’]? |key )?features|(?:key )?weights times (?:the )?(?:keys['’]? )?features|e_\{?j\}?\s?" + FEATURE, "N L", "one multiplication for each feature of each key", "key", step="L", also=("N D", "N D + N L")),
    _operation(r"(?:all |the )?(?:pairwise|squared) distances|distance matrix", "B^2 D", "an inner product of length d for each of B² pairs", r"embedding|batch|faces?|triplet|anchor", also=("N^2 D", "B D", "N D", "D", "B^2", "N^2")),
    _operation(r"brute[- ]force|nearest[- ]neighbou?rs?|\bk-?nn\b", "N D", "one distance to each of N training examples", step="N D", also=("N", "N D M", "N M", "D log N", "log N", "N log N")),
    _operation(r"left(?:most)? bracketing|left[- ]to[- ]right|left (?:order|grouping|association|parenthesi[sz]ation)", "N^2 L + N^2 M", "an N×N matrix is made from L features and multiplied by V", r"[φψ]|phi|psi|bracket", also=("N^2 D + N^2 M", "N D M", "N L M")),
    _operation(r"right(?:most)? bracketing|right (?:order|grouping|association|parenthesi[sz]ation)", "N L M", "φ(K)ᵀV and φ(Q) times it take N·L·M each", r"[φψ]|phi|psi|bracket", also=("N D M", "N^2 L + N^2 M")),
)  # fmt: skip
MEMORY: tuple[Operation, ...] = (
    _operation(r"(?:stor\w+|keep\w*|kept|sav\w+|hold\w*|remember\w*|retain\w*)\W+(?:all|every|each)\b.{0,25}(?:(?-i:S)(?:_\{?\w\}?)?(?!\w)|states?(?: S_\{?\w\}?)?|prefix sums)|(?:all|every)\W+(?:of the )?(?:N )?(?:(?-i:S)_\{?\w\}?|states|prefix sums)", "N L M", "N states of L×M numbers"),
    _operation(r"(?:kv|key[- ]value)[- ]caches?|(?:all )?(?:past|previous|earlier|old) keys and values|keys and values of (?:all|every)|all (?:the )?keys and values|cach\w+ (?:of )?(?:all )?(?:the )?keys and values", "N D + N M", "N keys of length D and N values of length M", step="D + M"),
    _operation(r"(?-i:S)(?:_\{?\w\}?)?\s*(?:and|,)\s*[Zz](?!\w)(?:_\{?\w\}?)?", "L M + L", "S has L·M entries and Z has L"),
    _operation(r"(?:" + LINEAR + r").{0,50}state|state of|(?:the|its|this|their|a) (?:running )?state\b|recurrent state|running sums?|(?:two|both|these) (?:running |global )?sums|running state|\b(?-i:S)(?:_\{?\w\}?)?\s+(?:\w+\s+){0,2}(?:takes?|needs?|has|have|is|occup\w+|uses?|requires?|costs?)|matrix (?-i:S)\b", "L M", "S is L×M and Z has length L"),
    _operation(r"(?:attention|softmax) (?:matrix|matrices|weights|scores?|map)|score matri(?:x|ces)|N\s*(?:×|\\times|by|x)\s*N matri(?:x|ces)", "N^2", "the attention matrix has N² entries"),
    _operation(SOFTMAX + r"|softmax attention", "N^2", "the attention matrix has N² entries", also=("N D", "N D + N M", "N^2 + N D + N M", "N^2 + N D", "N^2 + N M", "N")),
    _operation(r"projection matrix|the projections? W|random matrix W", "R D", "W is R×D", r"projection|W"),
    _operation(r"distance matrix|pairwise distances", "B^2", "one number for each of B² pairs", r"embedding|batch|faces?|triplet|anchor", also=("N^2",)),
)  # fmt: skip


@dataclass(frozen=True)
class Whole:
    """A whole method: its time and its memory as operations."""

    name: str
    pattern: re.Pattern[str]
    time: Operation
    memory: Operation


def _whole(name: str, pattern: str, time: Operation, memory: Operation) -> Whole:
    return Whole(name, re.compile(pattern, re.I), time, memory)


_ANY = r"(?!)"
_STATE = _operation(_ANY, "L M", "the state S has L·M entries", also=("N L", "L M + N L", "L", "N L M", "L M + N M", "N L + N M + L M"))  # fmt: skip
METHODS: tuple[Whole, ...] = (
    _whole("softmax", r"soft-?max|(?:standard|vanilla|full|exact|ordinary|usual|dot[- ]product) (?:self[- ])?attention",
           _operation(_ANY, "N^2 D + N^2 M", "QKᵀ takes N²D and the weights times V take N²M", step="N D + N M", also=("N^2",)),
           _operation(_ANY, "N^2", "the attention matrix has N² entries", also=("N", "N D + N M", "N^2 + N D + N M", "N D", "N^2 + N M", "N^2 + N D"))),
    _whole("polynomial", r"polynomial(?: kernels?)?|degree[- ](?:two|2)\b|\bdeg\. ?2|(?:quadratic|second[- ]order|squared) (?:kernel|features?|feature map)s?\b",
           _operation(_ANY, "N D^2 M", "degree-2 polynomial features number about D²/2, so the attention takes N·D²·M", step="D^2 M"),
           _operation(_ANY, "D^2 M", "the state has D²·M entries", also=("N D^2", "D^2 M + N D^2", "D^2", "N D^2 M", "D^2 M + N M", "N D^2 + N M"))),
    _whole("causal random", r"(?:causal|recurs\w+|prefix)\W.{0,30}(?:random(?:[- ](?:fourier )?features?)?|rff|rfa)|(?:random|rff|rfa).{0,40}(?:causal|recurs\w+|prefix)",
           _operation(_ANY, "N R D + N R M", "N steps of R·D for the projection and R·M for the state", step="R D + R M", also=("N R M", "R M")),
           _operation(_ANY, "R M", "the state S is 2R×M", also=("N R M", "N R", "R M + N R", "R M + R D"))),
    _whole("random", RANDOM + r"|random[- ]feature|sin(?:e|es)? and cos|\bR (?:random )?frequenc",
           _operation(_ANY, "N R D + N R M", "random-feature attention takes NRD for the projections and NRM for the sums", step="R D + R M", also=("N R D", "N R M", "R D", "N R", "R M", "R")),
           _operation(_ANY, "R M", "the sums are 2R×M", also=("N R", "R M + N R", "R D", "R D + R M", "N R M", "N R + R M + R D", "N R + N M"))),
    _whole("causal", r"recursion|recurren(?:t|ce)|prefix[- ]sums?|each update|running (?:sums?|state)|\bS_\{?i\b|\bS_?ᵢ|causal (?:linear|kerneli[sz]ed|version|variant|case)",
           _operation(_ANY, "N L M", "each of N steps updates and reads an L×M state", step="L M", also=("N R D + N R M", "R D + R M", "N D^2 M")), _STATE),
    _whole("linear", LINEAR, _operation(_ANY, "N L M", "the sums φ(K)ᵀV and φ(Q)S take N·L·M each", step="L M", also=("N R D + N R M", "N D^2 M", "N D M")), _STATE),
)  # fmt: skip
METHOD_NAMES: Mapping[str, Whole] = {method.name: method for method in METHODS}


def methods_in(text: str) -> list[Whole]:
    """The methods that a text names, the most special reading of each mention: "causal random features" is one."""
    plain = normal(text)
    found: list[Whole] = []
    taken: list[tuple[int, int]] = []
    for method in METHODS:
        spots = [m.span() for m in method.pattern.finditer(plain)]
        free = [(a, b) for a, b in spots if not any(c < b and a < d for c, d in taken)]
        if free:
            found.append(method)
            taken += free
    names = {method.name for method in found}
    if {"causal", "random"} <= names or {"causal", "linear"} <= names:
        found = [m for m in found if m.name != "linear"]
    return found


PREPOSITION = re.compile(
    r"^\s*(?:of|for|in|from|to|at)\s+(?:(?:the|a|an|all|every|each|standard|exact|full|usual|ordinary|vanilla|causal|this|our)\s+)*$",
    re.I,
)
# "random-feature attention with prefix sums" is random-feature attention
MEANS = re.compile(r"^\s*(?:with|using|via|by|through)\s+(?:(?:the|a|an)\s+)*$", re.I)
OBJECT = re.compile(r"^(?:\W*(?:of|for|in|from|all|the|each|every|its|these|those|them))*\W*$", re.I)


def last_method(text: str) -> list[Whole]:
    """The method that a text names last."""
    plain = normal(text)
    ends = [
        (m.end(), -order, method)
        for order, method in enumerate(METHODS)
        for m in method.pattern.finditer(plain)
    ]
    return [max(ends, key=lambda item: item[:2])[2]] if ends else []


def nearest(table: Sequence[Operation], phrase: str, about: str) -> Operation | None:
    """The operation named last in the phrase, but "the cache of softmax attention" names the cache.

    The first of the table where several end at the same place.
    """
    plain, around = normal(phrase), normal(about)
    spots = [
        (found.end(), -order, found.start(), operation)
        for order, operation in enumerate(table)
        if not operation.needs or compiled(operation.needs).search(around)
        for found in operation.pattern.finditer(plain)
    ]
    if not spots:
        return None
    spots.sort(key=lambda spot: spot[:3])
    _, _, start, own = spots[-1]
    for before_end, _, before_start, before in reversed(spots[:-1]):
        between = plain[before_end:start]
        by_means = own.pattern.pattern == RECURSION and MEANS.match(between)
        modified = by_means or (PREPOSITION if before is not table[0] else OBJECT).match(between)
        within = before is MEMORY[0] and before_start < start < before_end
        if within or (before_end <= start and modified):
            start, own = before_start, before
    return own


_LATEX = (
    (re.compile(r"\\(?:var)?phi(?![a-z])"), "φ"),
    (re.compile(r"\\psi(?![a-z])"), "ψ"),
    (re.compile(r"\^\s*(?:\{\s*)?(?:\\top|\\intercal|\\mathsf\s*\{?T\}?|T(?![a-z]))(?:\s*\})?"), "ᵀ"),
    (re.compile(r"\\(?:mathbf|boldsymbol|bm|mathbb)\s*\{?\s*(\w)\s*\}?"), r"\1"),
    (re.compile(r"\\lVert|\\rVert|\\\||\|\|"), "‖"),
    (re.compile(r"\\[,;:!]|\\(?:left|right|big|Big)(?![a-z])"), ""),
    (re.compile(r"[*`$]"), ""),
)


def normal(text: str) -> str:
    """A piece of text with LaTeX's common signs as plain ones, for the patterns.

    >>> normal(r"forming $\\phi(K)^\\top V$")
    'forming φ(K)ᵀ V'
    """
    for pattern, plain in _LATEX:
        text = pattern.sub(plain, text)
    return text
