"""Worked numeric examples of attention: the numbers that a text gives, and what it says follows from them."""
