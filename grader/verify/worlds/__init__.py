"""Numeric worlds: random sizes and values in which both sides of a formula are evaluated and compared."""
