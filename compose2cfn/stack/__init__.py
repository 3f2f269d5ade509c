"""Fold what emitters yield into one template, and write it."""
