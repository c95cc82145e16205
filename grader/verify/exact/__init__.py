"""Exact normal forms of formulas, and the proofs that rest on them."""
