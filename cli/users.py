"""``user create``: the first administrator, or any other account."""

import click
from flask import Flask
from flask.cli import AppGroup
from flask_security import hash_password

from cli.speech import failure, say, words
from domain.messages import N_, message
from services import region, user
from services.actor import SYSTEM
from services.errors import Refused
from services.user import GrantWish

group = AppGroup("user", help="Accounts.")


def register(app: Flask) -> None:
    """Attach the commands."""
    app.cli.add_command(group)


@group.command("create")
@click.argument("email")
@click.option("--name", required=True)
@click.option("--role", default="admin", show_default=True)
@click.option("--region", "code", default="", help="Kemendagri code of the region itself; empty means national")
@click.option("--province", default="", help="Kemendagri code of a province and everything in it")
@click.password_option(prompt="Kata sandi", confirmation_prompt="Kata sandi, sekali lagi")
def create(email: str, name: str, role: str, code: str, province: str, password: str) -> None:
    """Create an account with one role."""
    wish = GrantWish(role, "national")
    if code or province:
        found = region.by_code(code or province)
        if found is None or (province and found.level != "province"):
            raise click.ClickException(words(message(N_("There is no such region: %(code)s."), code=code or province)))
        wish = GrantWish(role, "province" if province else "region", found.id)
    try:
        user.create(SYSTEM, email=email, name=name, password=password, hasher=hash_password, grants=[wish])
    except Refused as refused:
        raise failure(refused) from refused
    say(N_("The account %(email)s was made."), email=email)
