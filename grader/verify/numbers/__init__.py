"""Arithmetic on a document's own figures, in formulas and in words."""
