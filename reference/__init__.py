"""Reference implementations: definitions first, fast forms second, faults and conventions beside them."""
