"""Commands: ``flask --app app …``."""

from flask import Flask

from cli import definitions, demo, maintain, seed, users, welcome


def register(app: Flask) -> None:
    """Attach every command."""
    for module in (seed, demo, definitions, maintain, users, welcome):
        module.register(app)
