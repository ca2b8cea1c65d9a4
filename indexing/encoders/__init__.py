"""Texts to vectors: one module per provider, loaded only when a model of that provider is."""
