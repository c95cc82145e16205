"""The grammar of formulas: LaTeX, Unicode or plain text -> tokens -> a tree, or a refusal."""
