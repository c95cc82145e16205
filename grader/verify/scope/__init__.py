"""What a text says of its symbols: declarations, conventions, laws, sizes, and where each of them holds."""
