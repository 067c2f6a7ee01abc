"""Ratios of one run: how fast the generated form is beside a hand-written WTForms page. ``make bench``."""
