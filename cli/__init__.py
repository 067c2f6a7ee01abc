"""Commands: ``flask --app app …``."""

from flask import Flask

from cli import audit, backup, definitions, demo, maintain, seed, users, welcome


def register(app: Flask) -> None:
    """Attach every command."""
    for module in (seed, demo, definitions, maintain, backup, audit, users, welcome):
        module.register(app)
