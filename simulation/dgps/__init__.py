"""Data-generating processes, a file a family."""
