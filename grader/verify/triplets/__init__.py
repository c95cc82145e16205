"""The triplet loss in formulas, numbers and words: losses, kinds of negatives, batches, rates of verification."""
