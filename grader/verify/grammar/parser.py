"""The parser of one formula: chains, terms, factors, scripts and groups, by recursive descent."""

from __future__ import annotations

import re
from fractions import Fraction

from grader.verify.grammar.commands import read_command
from grader.verify.grammar.conditions import condition
from grader.verify.grammar.names import read_function, read_name
from grader.verify.grammar.notation import Token, tokens_of
from grader.verify.grammar.scripts import entry_of_matrix, with_script_above, with_script_below
from grader.verify.grammar.syntax import (
    Addition,
    Cases,
    Chain,
    Expression,
    Function,
    Norm,
    Number,
    Quotient,
    Sequence,
    Symbol,
    Unreadable,
)
from grader.verify.grammar.trees import differentials_in, number, product_of, quotient_of, with_prime
from grader.verify.grammar.vocabulary import OPENING, Reading

DEEPEST = 60


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


class Parser:
    """A recursive-descent parser with one token of look-ahead."""

    def __init__(self, tokens: list[Token], reading: Reading) -> None:
        self.tokens = tokens
        self.reading = reading
        self.at = 0
        self.depth = 0
        self.bars = 0

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
                over = product_of(factors, joins)
                factors, joins = [quotient_of(over, under)], []
                continue
            join = self.join()
            if join is None:
                break
            factors.append(self.signed_factor())
            joins.append(join)
        return product_of(factors, joins)

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
            return product_of(factors, ["times"])
        if differentials_in(factors[0]):
            while (token := self.peek()) is not None and token.kind == "command" and token.text == "partial":
                factors.append(self.signed_factor())
            return product_of(factors, [""] * (len(factors) - 1))
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
            return product_of(factors, joins)
        return factors[0]

    def signed_factor(self) -> Expression:
        if self.sees("-", "+"):
            sign = -1 if self.take().text == "-" else 1
            factor = self.signed_factor()
            return factor if sign == 1 else Addition(((-1, factor),))
        return self.postfix(self.primary())

    def postfix(self, base: Expression) -> Expression:
        while True:
            if self.sees("^"):
                self.at += 1
                base = with_script_above(self, base)
            elif self.sees("'"):
                self.at += 1
                base = with_prime(base)
            elif self.sees("_"):
                self.at += 1
                base = with_script_below(self, base)
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

    def finish(self) -> None:
        if (token := self.peek()) is not None:
            raise Unreadable(f"{token.text!r} is left over inside a group")

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
            return read_function(self, token)
        if token.kind in {"name", "word"}:
            return read_name(self, token)
        if token.kind == "command":
            return read_command(self, token)
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

    def sub_parser(self, tokens: list[Token]) -> Parser:
        inner = Parser(tokens, self.reading)
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
            return entry_of_matrix(self, items[0]) if opened.text in "([" and self.sees("_") else items[0]
        return Sequence(items, opened.text)

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


OTHERWISE = re.compile(r"otherwise|else", re.I)


def _rows(body: str) -> list[list[str]]:
    rows = [row for row in re.split(r"\\\\(?:\[[^\]]*\])?", body) if row.strip()]
    if not 1 <= len(rows) <= 8:
        raise Unreadable("cases or a matrix with no rows or with too many")
    return [row.split("&") for row in rows]


def _inner(text: str, reading: Reading, depth: int) -> Chain:
    parser = Parser(strip_ends(tokens_of(text)), reading)
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
