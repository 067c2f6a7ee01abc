"""Storms: random hostile requests to every form and list, the same ones for the same seed."""
