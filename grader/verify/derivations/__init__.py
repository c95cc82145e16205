"""The steps of a written derivation: does each follow, does the chain arrive, what is missing."""
