"""Shapes that a text states: of formulas, of parts of them, and of things by their names."""
