"""Scoring: rules, the weight tree, the year, compliance, ranking. Integers of 10⁻⁶ point and Decimal, never float."""
