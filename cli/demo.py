"""``demo``: a country in small, made through the same services people use."""

import click
from flask import Flask

from cli.speech import words


def register(app: Flask) -> None:
    """Attach the command."""

    @app.cli.command("demo")
    @click.option("--units", default=36, show_default=True)
    @click.option("--years", default=2, show_default=True)
    @click.option("--seed", "number", default=1, show_default=True)
    def demo(units: int, years: int, number: int) -> None:
        """Fill a seeded database with units, periods, reports, events, members and plans."""
        from cli.demo_recipe import run

        click.echo(words(run(app, units=units, years=years, number=number)))
