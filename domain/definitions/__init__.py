"""Definitions: what is asked, held as data. Source → compile → a frozen, checked Definition → snapshot."""
