"""Costs that a text states: growth classes, exact counts, and what they are said to be of."""
