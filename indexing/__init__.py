"""Text in, vectors and hits out: encoders, vector shards, exact and HNSW search. No Django."""
