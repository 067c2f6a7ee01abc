"""How long a password is, in characters."""

SHORTEST = 12
LONGEST = 200
"""Hashing a longer one takes time and guards nothing."""
