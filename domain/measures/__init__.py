"""Measures: what an automatic indicator counts in a collection."""

from domain.measures.compute import AGGREGATES, Record, compute

__all__ = ["AGGREGATES", "Record", "compute"]
