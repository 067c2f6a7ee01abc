"""The world outside: the clock, ids, the file store."""
