"""Backbones and projectors: a batch of images becomes unit-length embeddings."""
