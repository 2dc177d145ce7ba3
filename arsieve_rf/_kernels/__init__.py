"""Numba kernels: plain arrays in, plain arrays out, no other floor of the library is known here."""
