"""Prediction depths: histograms, votes of probes, accuracies."""
