"""Tokens -> a tree. The grammar is the course's notation and refuses everything else: no guess is ever made.

Two places where mathematicians themselves read a text either way are a parameter, `Reading`: whether a slash takes
one factor or all that follow without a sign (`1/2σ²`). A caller that cannot know tries both.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction

from grader.verify.notation import FUNCTIONS, Token, ascii_form, tokens_of
from grader.verify.syntax import (
    Addition,
    Call,
    Cases,
    Chain,
    Condition,
    Derivative,
    Expression,
    Function,
    Growth,
    Inner,
    Moment,
    Norm,
    Number,
    Power,
    Product,
    Quotient,
    Sequence,
    Series,
    Symbol,
    Transpose,
    Unreadable,
    walk,
)

DEEPEST = 60
LONGEST_NUMBER = 40
KNOWN_FUNCTIONS = frozenset({
    "phi", "psi", "Phi", "Psi", "varphi", "f", "g", "h", "sim", "softmax", "kappa", "elu", "relu", "ReLU", "diag",
    "phi_random", "phi_rand", "psi_random", "rank", "K_gauss", "K_rbf", "calK", "k_gauss", "G_gauss", "poly", "vec",
})  # fmt: skip
GROWTH_WORDS = {"O": "O", "calO": "O", "Theta": "Theta", "Omega": "Omega", "bigO": "O"}
DIFFERENTIAL = "differential"  # ∂x while it is read; none is left in a tree
OPENING = {"(": ")", "[": "]", "{": "}"}
SQUARE_NAMES = frozenset({"d"})


@dataclass(frozen=True, slots=True)
class Reading:
    """How to read what two mathematicians read differently."""

    wide_slash: bool = False
    functions: frozenset[str] = KNOWN_FUNCTIONS


def read_chain(formula: str, reading: Reading = Reading()) -> Chain:
    """One formula, relations included. Raises `Unreadable`.

    >>> read_chain(r"\\|q\\|^2 = q \\cdot q").relations
    ('=',)
    """
    parser = _Parser(strip_ends(tokens_of(formula)), reading)
    chain = parser.chain()
    if any(
        isinstance(below, Function) and below.name == DIFFERENTIAL
        for part in chain.parts
        for below in walk(part)
    ):
        raise Unreadable("a differential stands outside a derivative")
    return chain


def read_expression(formula: str, reading: Reading = Reading()) -> Expression:
    """One expression without relations. Raises `Unreadable`."""
    chain = read_chain(formula, reading)
    if len(chain.parts) != 1 or chain.open_left:
        raise Unreadable("an expression was expected here, and a relation was found")
    return chain.parts[0]


def functions_in(text: str) -> frozenset[str]:
    """Names that a text defines as functions of one vector: `α(x) = ...`, `a(q) = ...`.

    >>> sorted(functions_in(r"with \\alpha(x) = 1 and b(k_j) = 2") - KNOWN_FUNCTIONS)
    ['alpha', 'b']
    """
    plain = ascii_form(text)
    found = re.findall(
        r"(?<![A-Za-z])\\?([A-Za-z]++)\s*(?:\\left)?\((?:\\mathbf\{|\\boldsymbol\{)?[qkxyu]\}?(?:_\{?[ij]\}?)?(?:\\right)?\)\s*(?:&?=|:=)",
        plain,
    )
    return KNOWN_FUNCTIONS | {name for name in found if name not in FUNCTIONS and name not in {"O", "T"}}


def has_two_readings(formula: str) -> bool:
    """Whether a slash is followed by factors that it may or may not take along."""
    try:
        tokens = tokens_of(formula)
    except Unreadable:
        return False
    return any(token.text == "/" and token.kind == "sign" for token in tokens)


def strip_ends(tokens: list[Token]) -> list[Token]:
    """The tokens without trailing punctuation and without remarks in words at either end."""
    start, end = 0, len(tokens)
    while end > start and (tokens[end - 1].text in {".", ",", ";", ":", "!"} or _remark(tokens[end - 1])):
        end -= 1
    while start < end and (tokens[start].text in {".", ",", ";", ":"} or _remark(tokens[start])):
        start += 1
    return tokens[start:end]


def _remark(token: Token) -> bool:
    return (
        token.kind == "word"
        and token.style == "text"
        and (" " in token.text or token.text.endswith((":", ",")))
    )


class _Parser:
    """A recursive-descent parser with one token of look-ahead."""

    def __init__(self, tokens: list[Token], reading: Reading) -> None:
        self.tokens = tokens
        self.reading = reading
        self.at = 0
        self.depth = 0
        self.bars = 0

    # -- small steps -------------------------------------------------------------------------------------------

    def peek(self, ahead: int = 0) -> Token | None:
        place = self.at + ahead
        return self.tokens[place] if place < len(self.tokens) else None

    def sees(self, *texts: str) -> bool:
        token = self.peek()
        return token is not None and token.kind in {"sign", "relation"} and token.text in texts

    def take(self) -> Token:
        token = self.peek()
        if token is None:
            raise Unreadable("the formula ends too early")
        self.at += 1
        return token

    def expect(self, text: str) -> None:
        token = self.peek()
        if token is None or token.text != text:
            found = "the end" if token is None else repr(token.text)
            raise Unreadable(f"{text!r} was expected and {found} was found")
        self.at += 1

    # -- chains ------------------------------------------------------------------------------------------------

    def chain(self) -> Chain:
        if not self.tokens:
            raise Unreadable("the formula is empty")
        open_left = False
        relations: list[str] = []
        while (token := self.peek()) is not None and token.kind == "relation" and token.text in {
            "=>", "<=>", "to", "=", "~", "<=", ">=", "<", ">", "propto",
        }:  # fmt: skip
            self.at += 1
            if token.text not in {"=>", "<=>", "to"}:
                open_left = True
                relations = [token.text]
        parts = [self.expression()]
        while (token := self.peek()) is not None:
            if token.kind != "relation":
                if token.text == "," or (token.kind == "word" and token.style == "text"):
                    break
                raise Unreadable(f"{token.text!r} stands where a relation or the end was expected")
            self.at += 1
            if self.peek() is None:
                relations.append(token.text)
                parts.append(Symbol("(end)"))
                break
            relations.append(token.text)
            parts.append(self.expression())
        if self.peek() is not None:
            raise Unreadable("words or several formulas stand in one formula")
        if parts[-1] == Symbol("(end)"):
            parts.pop()
            relations.pop()
        return Chain(tuple(parts), tuple(relations), open_left)

    def expression(self) -> Expression:
        self.depth += 1
        if self.depth > DEEPEST:
            raise Unreadable(f"the formula is nested deeper than {DEEPEST} levels")
        terms: list[tuple[int, Expression]] = []
        sign = 1
        while self.sees("+", "-"):
            sign = -sign if self.take().text == "-" else sign
        terms.append((sign, self.term()))
        while self.sees("+", "-"):
            sign = -1 if self.take().text == "-" else 1
            while self.sees("+", "-"):
                sign = -sign if self.take().text == "-" else sign
            terms.append((sign, self.term()))
        self.depth -= 1
        if len(terms) == 1 and terms[0][0] == 1:
            return terms[0][1]
        return Addition(tuple(terms))

    # -- products ----------------------------------------------------------------------------------------------

    def join(self) -> str | None:
        """The sign between two factors, consumed; "" for none, None where no further factor follows."""
        token = self.peek()
        if token is None:
            return None
        if token.kind == "command" and token.text in {"cdot", "times", "ast", "star", "cdotp", "bullet"}:
            self.at += 1
            return "times" if token.text == "times" else "cdot"
        if token.kind == "sign" and token.text == "*":
            self.at += 1
            return "star"
        return "" if self.starts_factor(token) else None

    def starts_factor(self, token: Token) -> bool:
        if token.kind in {"number", "name", "function", "cases", "matrix"}:
            return True
        if token.kind == "word":
            return token.style != "text" or bool(re.fullmatch(r"[A-Za-z][A-Za-z-]*", token.text))
        if token.kind == "command":
            return token.text in {
                "frac", "tfrac", "dfrac", "cfrac", "sqrt", "sum", "prod", "langle", "binom", "infty", "pi", "prime",
                "mathbf", "lfloor", "lceil", "partial", "nabla",
            }  # fmt: skip
        if token.kind == "sign":
            if token.text == "|":
                return self.bars == 0
            return token.text in {"(", "[", "{"}
        return False

    def term(self) -> Expression:
        factors: list[Expression] = []
        joins: list[str] = []
        factors.append(self.signed_factor())
        while True:
            if self.sees("/"):
                self.at += 1
                under = self.denominator()
                over = _product(factors, joins)
                factors, joins = [_quotient(over, under)], []
                continue
            join = self.join()
            if join is None:
                break
            factors.append(self.signed_factor())
            joins.append(join)
        return _product(factors, joins)

    def denominator(self) -> Expression:
        factors = [self.signed_factor()]
        ten = self.peek(1)
        if (
            isinstance(factors[0], Number)
            and (sign := self.peek()) is not None
            and sign.text in {"times", "cdot", "*"}
            and ten is not None
            and ten.text == "10"
            and (after := self.peek(2)) is not None
            and after.text == "^"
        ):
            # 3.8 × 10⁹ is one number
            self.at += 1
            factors.append(self.signed_factor())
            return _product(factors, ["times"])
        if _differentials(factors[0]):
            while (token := self.peek()) is not None and token.kind == "command" and token.text == "partial":
                factors.append(self.signed_factor())
            return _product(factors, [""] * (len(factors) - 1))
        if self.reading.wide_slash:
            joins = []
            while (
                (token := self.peek()) is not None
                and not (token.kind == "command" and token.text in {"cdot", "times", "ast"})
                and not (token.kind == "sign" and token.text in {"*", "/"})
                and self.starts_factor(token)
            ):
                factors.append(self.signed_factor())
                joins.append("")
            return _product(factors, joins)
        return factors[0]

    def signed_factor(self) -> Expression:
        if self.sees("-", "+"):
            sign = -1 if self.take().text == "-" else 1
            factor = self.signed_factor()
            return factor if sign == 1 else Addition(((-1, factor),))
        return self.postfix(self.primary())

    # -- postfixes ---------------------------------------------------------------------------------------------

    def postfix(self, base: Expression) -> Expression:
        while True:
            if self.sees("^"):
                self.at += 1
                base = self.raise_to(base)
            elif self.sees("'"):
                self.at += 1
                base = _primed(base)
            elif self.sees("_"):
                self.at += 1
                base = self.subscript(base)
            elif self.sees("!"):
                self.at += 1
                base = Function("factorial", (base,))
            elif self.sees("%"):
                self.at += 1
                base = Quotient(base, Number(Fraction(100)))
            else:
                return base

    def script(self) -> list[Token]:
        """The tokens of a super- or subscript."""
        if self.sees("{"):
            return self.bracketed()
        token = self.take()
        if token.kind == "command" and token.text in {"frac", "sqrt", "tfrac", "dfrac"}:
            self.at -= 1
            start = self.at
            self.primary()
            return self.tokens[start : self.at]
        if self.sees("{") and token.text == "-":
            raise Unreadable("a script starts with a sign outside its braces")
        if token.text == "-" and token.kind == "sign":
            return [token, self.take()]
        if token.text == "(" and token.kind == "sign":
            self.at -= 1
            return self.bracketed()
        return [token]

    def bracketed(self) -> list[Token]:
        """The tokens between the bracket that stands here and its partner; consumes both."""
        opened = self.take()
        closing = OPENING[opened.text]
        depth = 1
        start = self.at
        while True:
            token = self.take()
            if token.kind != "sign":
                continue
            if token.text == opened.text and token.style == opened.style:
                depth += 1
            elif token.text == closing and token.style == opened.style:
                depth -= 1
                if depth == 0:
                    return self.tokens[start : self.at - 1]

    def raise_to(self, base: Expression) -> Expression:
        parenthesised = self.sees("{") and (after := self.peek(1)) is not None and after.text == "("
        script = self.script()
        text = "".join(token.text for token in script)
        if text in {"T", "top", "intercal", "t", "Tr"} and (text != "t" or script[0].style == "upright"):
            return Transpose(base)
        if text in {"prime", "'", "''", "primeprime"}:
            return _primed(base)
        if text in {"*", "ast", "star", "+", "dagger"}:
            return _labelled(base, text)
        if text in {"Ttop"}:
            raise Unreadable("two transposes in one exponent")
        if len(script) > 1 and script[-1].text in {"T", "top"} and script[0].text in {"prime", "'"}:
            return Transpose(_primed(base))
        if parenthesised and len(script) == 3 and script[1].kind in {"name", "word", "number"}:
            return _labelled(base, text)
        exponent = _Parser(script, self.reading)
        exponent.depth = self.depth
        value = exponent.expression()
        exponent.finish()
        if base == Symbol("e"):
            return Function("exp", (value,))
        return Power(base, value)

    def finish(self) -> None:
        if (token := self.peek()) is not None:
            raise Unreadable(f"{token.text!r} is left over inside a group")

    def subscript(self, base: Expression) -> Expression:
        script = self.script()
        text = "".join(token.text for token in script)
        if isinstance(base, Transpose):
            of = base.of
            self_of = _with_subscript(of, script, text, self)
            return Transpose(self_of)
        if isinstance(base, Power) and isinstance(base.base, (Symbol, Norm)):
            return Power(_with_subscript(base.base, script, text, self), base.exponent)
        return _with_subscript(base, script, text, self)

    def indices(self, script: list[Token]) -> tuple[Expression, ...]:
        parts: list[list[Token]] = [[]]
        for token in script:
            if token.text == "," and token.kind == "sign":
                parts.append([])
            else:
                parts[-1].append(token)
        found: list[Expression] = []
        for part in parts:
            if not part:
                raise Unreadable("an empty index")
            if all(token.kind == "name" for token in part):
                found += [Symbol(token.text) for token in part]
                continue
            if any(token.kind == "relation" or token.text == ":" for token in part):
                raise Unreadable("a range or relation as an index")
            inner = _Parser(part, self.reading)
            inner.depth = self.depth
            found.append(inner.expression())
            inner.finish()
        return tuple(found)

    # -- primaries ---------------------------------------------------------------------------------------------

    def primary(self) -> Expression:
        self.depth += 1
        if self.depth > DEEPEST:
            raise Unreadable(f"the formula is nested deeper than {DEEPEST} levels")
        try:
            return self.primary_inside()
        finally:
            self.depth -= 1

    def primary_inside(self) -> Expression:
        token = self.take()
        if token.kind == "number":
            return number(token.text)
        if token.kind == "function":
            return self.function(token)
        if token.kind in {"name", "word"}:
            return self.named(token)
        if token.kind == "command":
            return self.command(token)
        if token.kind == "cases":
            return cases(token.text, self.reading, self.depth)
        if token.kind == "matrix":
            return matrix(token.text, self.reading, self.depth)
        if token.kind == "sign" and token.text == "|":
            return self.norm(token)
        if token.kind == "sign" and token.text in OPENING:
            self.at -= 1
            return self.group()
        raise Unreadable(f"{token.text!r} stands where a quantity was expected")

    def sub_parser(self, tokens: list[Token]) -> _Parser:
        inner = _Parser(tokens, self.reading)
        inner.depth = self.depth
        return inner

    def items(self, tokens: list[Token]) -> tuple[Expression, ...]:
        """Expressions separated by commas or semicolons."""
        inner = self.sub_parser(tokens)
        if not tokens:
            raise Unreadable("an empty pair of brackets")
        found = [inner.expression()]
        while inner.sees(",", ";"):
            inner.at += 1
            if inner.peek() is not None and inner.peek_text() in {"dots", "ldots", "cdots"}:
                raise Unreadable("a list with dots")
            found.append(inner.expression())
        inner.finish()
        return tuple(found)

    def peek_text(self) -> str:
        token = self.peek()
        return "" if token is None else token.text

    def group(self) -> Expression:
        opened = self.tokens[self.at]
        content = self.bracketed()
        if opened.text == "{":
            inner = self.sub_parser(content)
            value = inner.expression()
            inner.finish()
            return value
        items = self.items(content)
        if opened.text in "([" and self.sees("_") and self.peek(1) is not None:
            after = self.peek(1)
            if after is None:
                raise AssertionError("after cannot be missing here")
            closing = self.peek(2)
            if after.text == "+":
                self.at += 2
                return Function("positive_part", items)
            if after.text == "{" and closing is not None and closing.text == "+":
                self.at += 4
                return Function("positive_part", items)
        if len(items) == 1:
            return self.entry_of(items[0]) if opened.text in "([" and self.sees("_") else items[0]
        return Sequence(items, opened.text)

    def entry_of(self, matrix: Expression) -> Expression:
        """`(AB)_{ij}` as a call with the matrix and both indices; the matrix itself where other things follow."""
        mark = self.at
        if isinstance(matrix, (Product, Transpose)):
            self.at += 1
            indices = self.indices(self.script())
            if len(indices) == 2:
                return Call(Symbol("entry"), (matrix, *indices))
        self.at = mark
        return matrix

    def norm(self, opened: Token) -> Expression:
        depth = 0
        start = self.at
        while True:
            token = self.peek()
            if token is None:
                raise Unreadable("bars are opened and never closed")
            if token.kind == "sign":
                if token.text in OPENING:
                    depth += 1
                elif token.text in {")", "]", "}"}:
                    depth -= 1
                elif token.text == "|" and depth == 0 and token.style == opened.style:
                    break
            self.at += 1
        content = self.tokens[start : self.at]
        self.at += 1
        inner = self.sub_parser(content)
        value = inner.expression()
        inner.finish()
        if self.sees("_"):
            self.at += 1
            order = "".join(t.text for t in self.script())
            if order not in {"2", "F", "l2", "ell2"}:
                raise Unreadable(f"a norm of order {order} is not read")
        return Norm(value)

    def function(self, token: Token) -> Expression:
        name = {"ln": "log"}.get(token.text, token.text)
        power: Expression | None = None
        if self.sees("_"):
            self.at += 1
            base = "".join(t.text for t in self.script())
            if name == "log" and base == "2":
                name = "log2"
            elif name == "log" and base == "10":
                name = "log10"
            elif name == "log" and base == "e":
                name = "log"
            else:
                raise Unreadable(f"{name} with the subscript {base} is not read")
        if self.sees("^"):
            self.at += 1
            script = self.script()
            inner = self.sub_parser(script)
            power = inner.expression()
            inner.finish()
            if name == "exp" and not (self.sees("(") or self.sees("[")):
                return Function("exp", (power,))
        if self.sees("(", "[") or (name in {"sqrt"} and self.sees("{")):
            opened = self.peek()
            if opened is None:
                raise AssertionError("opened cannot be missing here")
            if name == "sqrt" and opened.text == "[":
                order = self.items(self.bracketed())
                body = self.group() if self.sees("{", "(") else self.primary()
                if len(order) != 1:
                    raise Unreadable("a root with several orders")
                return Power(body, Quotient(Number(Fraction(1)), order[0]))
            arguments = self.items(self.bracketed())
        elif self.sees("{"):
            arguments = self.items(self.bracketed())
        elif name in {"max", "min"}:
            raise Unreadable(f"{name} without brackets is not read")
        elif name == "sqrt":
            arguments = (self.root_argument(),)
        else:
            arguments = (self.bare_argument(),)
        made: Expression = Function(name, arguments)
        return made if power is None else Power(made, power)

    def root_argument(self) -> Expression:
        base = self.primary()
        if self.sees("_") and isinstance(base, Symbol):
            self.at += 1
            base = self.subscript(base)
        return base

    def bare_argument(self) -> Expression:
        """The argument of `log N` or `cos ωᵀx`: the factors that follow without a sign between them."""
        factors = [self.postfix(self.primary())]
        joins = []
        while (token := self.peek()) is not None and self.starts_factor(token) and token.kind != "function":
            # cos ωᵀ(x − y): a transpose has no cosine, so that the bracket belongs to it; cos a (b + c) is a product
            if token.text in {"(", "["} and not isinstance(factors[-1], Transpose):
                break
            factors.append(self.postfix(self.primary()))
            joins.append("")
        return _product(factors, joins)

    def named(self, token: Token) -> Expression:
        if token.kind == "word" and token.style == "text" and not re.fullmatch(r"[A-Za-z][\w-]*", token.text):
            raise Unreadable(f"the words {token.text[:40]!r} stand inside the formula")
        if token.text in {"E", "bbE"} and self.sees("_"):
            mark = self.at
            self.at += 1
            self.script()
            if not self.sees("[") and not (token.text == "bbE" and self.sees("(")):
                self.at = mark
        if token.text == "ones" and (indicator := self.indicator()) is not None:
            return indicator
        base: Expression = Symbol(token.text if token.kind == "name" else token.text.replace("-", "_"))
        if token.kind == "word" and token.text in FUNCTIONS:
            return self.function(token)
        while self.sees("_") or self.sees("'"):
            base = _primed(base) if self.take().text == "'" else self.subscript(base)
        if token.text in {"E", "bbE"} and (self.sees("[") or (token.text == "bbE" and self.sees("("))):
            items = self.items(self.bracketed())
            return Moment("E", items[0])
        if token.text in {"Var", "Cov"} and self.sees("[", "("):
            items = self.items(self.bracketed())
            if token.text == "Var" and len(items) == 1:
                return Moment("Var", items[0])
            raise Unreadable("a covariance is not read")
        if not (isinstance(base, Symbol)):
            raise AssertionError("a node of another kind cannot stand here")
        # primes and superscript labels before the argument: V'_i, f^*(x)
        if self.sees("(") or (self.sees("[") and base.name in GROWTH_WORDS):
            return self.maybe_call(base)
        if self.sees("{") and self.reading.functions and base.name in GROWTH_WORDS:
            return self.maybe_call(base)
        if token.kind == "word" and base.name == token.text and token.style != "text" and len(token.text) > 2:
            return base
        return base

    def indicator(self) -> Expression | None:
        """1[i = j], 1_{i=j}: what stands in the brackets as a condition; None without a relation in them."""
        mark = self.at
        if self.sees("_"):
            self.at += 1
        if self.sees("[", "(", "{"):
            content = self.bracketed()
            if any(token.kind == "relation" for token in content):
                return condition(self.sub_parser(content).chain())
        self.at = mark
        return None

    def maybe_call(self, base: Symbol) -> Expression:
        start = self.at
        if base.name in GROWTH_WORDS and not base.indices:
            items = self.items(self.bracketed())
            if len(items) != 1:
                raise Unreadable("a growth class of several expressions")
            return Growth(GROWTH_WORDS[base.name], items[0])
        content = self.bracketed()
        commas = _top_commas(content)
        if base.name in self.reading.functions or commas:
            items = self.items(content)
            return Call(base, items)
        self.at = start
        return base

    def command(self, token: Token) -> Expression:
        if token.text in {"frac", "tfrac", "dfrac", "cfrac"}:
            over, under = self.argument(), self.argument()
            by = _differentials(under)
            if len(by) == 1 and over in {Symbol("d"), Function(DIFFERENTIAL, ())}:
                return Derivative(self.term(), by[0])
            if _is_differential(over) and _is_differential(under) and under != Symbol("d"):
                of = over.factors[1:] if isinstance(over, Product) and over.factors[0] == Symbol("d") else ()
                if len(of) != 1 or len(by) != 1:
                    raise Unreadable("this derivative is not read")
                return Derivative(of[0], by[0])
            return _quotient(over, under)
        if token.text == "partial":
            return self.differential()
        if token.text == "nabla":
            return self.gradient()
        if token.text == "sqrt":
            return self.function(Token("function", "sqrt", token.at, token.spaced))
        if token.text in {"sum", "prod"}:
            return self.series("sum" if token.text == "sum" else "product")
        if token.text == "binom":
            return Function("binomial", (self.argument(), self.argument()))
        if token.text == "pi":
            return Symbol("pi")
        if token.text == "infty":
            return Symbol("infinity")
        if token.text == "langle":
            return self.inner_product()
        if token.text in {"lfloor", "lceil"}:
            closing = {"lfloor": "rfloor", "lceil": "rceil"}[token.text]
            value = self.expression()
            end = self.take()
            if end.text != closing:
                raise Unreadable(f"\\{closing} was expected")
            return Function("floor" if token.text == "lfloor" else "ceiling", (value,))
        if token.text == "prime":
            raise Unreadable("a prime without a letter")
        raise Unreadable(f"the command \\{token.text} is not part of the notation that is read")

    def differential(self) -> Expression:
        """∂x; ∂²x as the differential of a differential; ∂ alone for an operator."""
        order = 1
        if self.sees("^"):
            self.at += 1
            power = "".join(token.text for token in self.script())
            if power != "2":
                raise Unreadable("a derivative of higher order is not read")
            order = 2
        if self.peek() is None or not self.starts_factor(self.tokens[self.at]):
            return Function(DIFFERENTIAL, ())
        made = self.postfix(self.primary())
        for _ in range(order):
            made = Function(DIFFERENTIAL, (made,))
        return made

    def gradient(self) -> Expression:
        """∇_q of the term that follows."""
        if not self.sees("_"):
            raise Unreadable("a gradient needs a subscript that says by what")
        self.at += 1
        inner = self.sub_parser(self.script())
        by = inner.expression()
        inner.finish()
        return Derivative(self.term(), by)

    def argument(self) -> Expression:
        if self.sees("{"):
            return self.group()
        token = self.take()
        if token.kind == "number" and len(token.text) > 1:
            # \frac12 means one half
            self.at -= 1
            self.tokens[self.at : self.at + 1] = [
                Token("number", digit, token.at, token.spaced) for digit in token.text if digit.isdigit()
            ]
            token = self.take()
        if token.kind == "number":
            return number(token.text)
        if token.kind == "name":
            return Symbol(token.text)
        raise Unreadable("an argument in braces was expected")

    def inner_product(self) -> Expression:
        left = self.expression()
        if not (self.sees(",") or self.sees("|") or self.sees(";")):
            raise Unreadable("an inner product in angle brackets needs a comma")
        self.at += 1
        right = self.expression()
        end = self.take()
        if end.text != "rangle":
            raise Unreadable("an angle bracket is opened and never closed")
        return Inner(left, right)

    def series(self, kind: str) -> Expression:
        several = self.several_indices()
        if several:
            body = self.series_body()
            for name in reversed(several):
                body = Series(kind, name, None, None, body)
            return body
        low: Expression | None = None
        high: Expression | None = None
        index = ""
        for _ in range(2):
            if self.sees("_"):
                self.at += 1
                index, low, upper = self.lower_bound(self.script())
                high = upper if upper is not None else high
            elif self.sees("^"):
                self.at += 1
                inner = self.sub_parser(self.script())
                high = inner.expression()
                inner.finish()
        if not index:
            raise Unreadable("a sum without an index")
        body = self.series_body()
        return Series(kind, index, low, high, body)

    def several_indices(self) -> list[str]:
        """The names in Σ_{a,b}, consumed; an empty list for anything else."""
        mark = self.at
        if not self.sees("_"):
            return []
        self.at += 1
        script = self.script()
        found = [token.text for token in script[::2] if token.kind == "name"]
        commas = [token.text for token in script[1::2]]
        if len(found) < 2 or len(script) != 2 * len(found) - 1 or set(commas) != {","} or self.sees("^"):
            self.at = mark
            return []
        return found

    def lower_bound(self, script: list[Token]) -> tuple[str, Expression | None, Expression | None]:
        """`j`, `j=1`, `j ≤ i`, `j < i`, `1 ≤ j ≤ i`: the index and what the subscript says of its bounds."""
        inner = self.sub_parser(script)
        chain = inner.chain()
        if any(not isinstance(p, (Symbol, Number, Addition)) for p in chain.parts):
            raise Unreadable("a sum over something else than one index")
        one = Number(Fraction(1), "1")
        match chain:
            case Chain((Symbol(name, ()),), ()):
                return name, None, None
            case Chain((Symbol(name, ()), low), ("=",)):
                return name, low, None
            case Chain((Symbol(name, ()), high), ("<=",)):
                return name, None, high
            case Chain((Symbol(name, ()), high), ("<",)):
                return name, None, Addition(((1, high), (-1, one)))
            case Chain((low, Symbol(name, ()), high), ("<=", "<=")):
                return name, low, high
            case _:
                raise Unreadable("the bounds of a sum are not read")

    def series_body(self) -> Expression:
        """All factors up to the next plus, minus, relation or closing bracket."""
        return self.term()


CONDITIONS = frozenset({"=", "!=", "<", ">", "<=", ">="})
CONNECTIVE = re.compile(r"\\(?:text|mathrm|textrm|mbox)\s*\{\s*(?:if|for|when|where)?\s*\}")
OTHERWISE = re.compile(r"otherwise|else", re.I)


def condition(chain: Chain) -> Expression:
    """A relation between two expressions. Raises `Unreadable` for anything else."""
    if len(chain.parts) != 2 or chain.open_left or chain.relations[0] not in CONDITIONS:
        raise Unreadable("a condition that is not read")
    return Condition(chain.parts[0], chain.relations[0], chain.parts[1])


def _rows(body: str) -> list[list[str]]:
    rows = [row for row in re.split(r"\\\\(?:\[[^\]]*\])?", body) if row.strip()]
    if not 1 <= len(rows) <= 8:
        raise Unreadable("cases or a matrix with no rows or with too many")
    return [row.split("&") for row in rows]


def _inner(text: str, reading: Reading, depth: int) -> Chain:
    parser = _Parser(strip_ends(tokens_of(text)), reading)
    parser.depth = depth + 1
    if parser.depth > DEEPEST:
        raise Unreadable(f"the formula is nested deeper than {DEEPEST} levels")
    return parser.chain()


def _inner_expression(text: str, reading: Reading, depth: int) -> Expression:
    chain = _inner(text, reading, depth)
    if len(chain.parts) != 1 or chain.open_left:
        raise Unreadable("a relation stands inside cases or a matrix")
    return chain.parts[0]


def cases(body: str, reading: Reading, depth: int) -> Expression:
    """The rows of a cases environment: a value, and a condition or "otherwise"."""
    values, conditions = [], []
    for row in _rows(body):
        if len(row) != 2:
            raise Unreadable("a case without its condition")
        values.append(_inner_expression(row[0], reading, depth))
        told = re.sub(
            r"\\(?:text|mathrm|textrm|mbox)\s*\{\s*(?:if|for|when|where|falls|wenn)?\s*\}", " ", row[1]
        ).strip(" .,;")
        plain = re.sub(r"^(?:if|for|when)\b", " ", told)
        last = OTHERWISE.search(plain) is not None
        conditions.append(Number(Fraction(1)) if last else condition(_inner(plain, reading, depth)))
    return Cases(tuple(values), tuple(conditions))


def matrix(body: str, reading: Reading, depth: int) -> Expression:
    """The entries of a matrix environment, row by row."""
    rows = [
        Sequence(tuple(_inner_expression(entry, reading, depth) for entry in row), "row")
        for row in _rows(body)
    ]
    if len({len(row.items) for row in rows}) != 1:
        raise Unreadable("a matrix whose rows have different lengths")
    return Sequence(tuple(rows), "matrix")


def _quotient(over: Expression, under: Expression) -> Expression:
    """A fraction, or the derivative that ∂y over ∂x is."""
    by = _differentials(under)
    of = over
    for _ in by:
        if not (isinstance(of, Function) and of.name == DIFFERENTIAL and len(of.arguments) == 1):
            return Quotient(over, under)
        of = of.arguments[0]
    if not by or (isinstance(under, Product) and under.factors[0] == Symbol("d")):
        return Quotient(over, under)
    for one in by:
        of = Derivative(of, one)
    return of


def _differentials(tree: Expression) -> list[Expression]:
    """What stands below in ∂x, ∂x∂y or dx; an empty list for anything else."""
    match tree:
        case Function(name, (of,)) if name == DIFFERENTIAL:
            return [of]
        case Product((Symbol("d", ()), of), ("",)) if isinstance(of, Symbol):
            return [of]
        case Product(factors, _) if all(isinstance(f, Function) and f.name == DIFFERENTIAL for f in factors):
            return [inner for factor in factors for inner in _differentials(factor)]
        case _:
            return []


def _is_differential(tree: Expression) -> bool:
    """Whether a tree is d, dx, d²y: half of a derivative."""
    match tree:
        case Symbol("d", ()) | Power(Symbol("d", ()), _):
            return True
        case Product((Symbol("d", ()) | Power(Symbol("d", ()), _), *_), _):
            return True
        case _:
            return False


def _top_commas(tokens: list[Token]) -> bool:
    depth = 0
    for token in tokens:
        if token.kind == "sign":
            if token.text in OPENING:
                depth += 1
            elif token.text in {")", "]", "}"}:
                depth -= 1
            elif token.text == "," and depth == 0:
                return True
    return False


def _product(factors: list[Expression], joins: list[str]) -> Expression:
    if len(factors) == 1:
        return factors[0]
    return Product(tuple(factors), tuple(joins))


def _primed(base: Expression) -> Expression:
    match base:
        case Symbol(name, indices):
            return Symbol(name + "'", indices)
        case Call(Symbol(name, indices), arguments):
            return Call(Symbol(name + "'", indices), arguments)
        case _:
            raise Unreadable("a prime stands on something that is not a name")


def _labelled(base: Expression, label: str) -> Expression:
    match base:
        case Symbol(name, indices):
            return Symbol(f"{name}^{label}", indices)
        case _:
            raise Unreadable("a label stands on something that is not a name")


def _with_subscript(base: Expression, script: list[Token], text: str, parser: _Parser) -> Expression:
    match base:
        case Symbol(name, indices):
            single = len(script) == 1
            if any(token.kind in {"word", "function"} for token in script):
                if any(token.kind in {"relation"} for token in script):
                    raise Unreadable("a subscript with a relation")
                if len(script) > 1 and script[1].text == "," and script[0].kind == "word":
                    return Symbol(f"{name}_{script[0].text.lower()}", indices + parser.indices(script[2:]))
                return Symbol(f"{name}_{text.lower().strip()}", indices)
            if (
                single
                and script[0].kind == "name"
                and (
                    script[0].text.isupper()
                    or (len(script[0].text) > 1 and name in {"c", "C", "T", "K", "k", "calK", "G", "p", "f"})
                    or (name in SQUARE_NAMES and script[0].text in "kvqhmef")
                    or (name == "D" and script[0].text == "r")
                )
            ):
                return Symbol(f"{name}_{script[0].text}", indices)
            if len(script) > 1 and all(token.kind == "name" and token.text.isupper() for token in script):
                return Symbol(f"{name}_{text}", indices)
            return Symbol(name, indices + parser.indices(script))
        case Norm():
            if text in {"2", "F"}:
                return base
            raise Unreadable(f"a norm of order {text} is not read")
        case Call():
            # f(x)_i: the i-th entry
            raise Unreadable("an entry of a function's value is not read")
        case _:
            raise Unreadable("a subscript stands on something that is not a name")


def number(text: str) -> Number:
    """A literal as an exact fraction. Raises `Unreadable` for one of absurd length or exponent."""
    plain = text.replace("{,}", "").replace(",", "")
    exponent = re.search(r"[eE]([+-]?\d+)$", plain)
    if len(plain) > LONGEST_NUMBER or (exponent and abs(int(exponent.group(1))) > 60):
        raise Unreadable("a number of absurd size")
    return Number(Fraction(plain), text)
