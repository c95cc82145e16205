"""Equations and inequalities: by exact proof, by laws of the course, by worlds."""
