"""Bytes ⇄ plain rows: bundles and CSV. Knows no database."""
