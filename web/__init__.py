"""The pages people work with."""

from flask import Flask

from web import account, errors, files, health, home, password, ranking, region, report, shell


def register(app: Flask) -> None:
    """Attach sign-in, pages and error pages."""
    account.register(app)
    shell.register(app)
    errors.register(app)
    for module in (health, home, password, report, ranking, region, files):
        app.register_blueprint(module.blueprint)
