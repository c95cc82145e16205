"""Automated grading and solution verification for deep-learning coursework."""
