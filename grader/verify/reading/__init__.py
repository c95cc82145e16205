"""A file -> blocks, clauses and their moods, numerals, signs: what is read before anything is known of its meaning."""
