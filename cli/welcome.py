"""``welcome``: where the application answers and who may sign in to the demo."""

import click
from flask import Flask, current_app

from exchange.bundle import read_yaml
from models import User, db
from settings import ROOT, load_settings


def register(app: Flask) -> None:
    """Attach the command."""

    @app.cli.command("welcome")
    def welcome() -> None:
        """Print the address, and the demo accounts when they exist."""
        click.echo(f"\n  e-Monev Klaster Logistik: http://127.0.0.1:{load_settings().port}\n")
        recipe = read_yaml(ROOT / "seed" / "demo.yaml")
        emails = [account["email"] for account in recipe["accounts"]]
        if not current_app.config["PRODUCTION"] and db.session.query(User).filter(User.email.in_(emails)).count():
            for account in recipe["accounts"]:
                click.echo(f"  {account['email']:<28} {account['name']}")
            click.echo(f"  kata sandi / password: {recipe['password']}\n")
