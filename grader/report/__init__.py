"""Placeholder docstring, to be replaced by the module owner."""
