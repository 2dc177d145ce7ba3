"""Benchmarks: one runnable file a claim, each with a peer measured in the same run."""
