"""Measuring retrieval: one exact order, average precision, precision at k."""
