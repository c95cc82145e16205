"""Tables that compute: cells, columns and totals held against each other."""
