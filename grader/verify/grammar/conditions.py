"""Conditions of cases and indicators."""

from __future__ import annotations

from grader.verify.grammar.syntax import Chain, Condition, Expression, Unreadable

CONDITIONS = frozenset({"=", "!=", "<", ">", "<=", ">="})


def condition(chain: Chain) -> Expression:
    """A relation between two expressions. Raises `Unreadable` for anything else."""
    if len(chain.parts) != 2 or chain.open_left or chain.relations[0] not in CONDITIONS:
        raise Unreadable("a condition that is not read")
    return Condition(chain.parts[0], chain.relations[0], chain.parts[1])
