"""The pages people work with."""

from flask import Flask

from web import (
    account,
    errors,
    files,
    health,
    home,
    metrics,
    offline,
    password,
    ranking,
    region,
    report,
    report_choices,
    report_excel,
    report_files,
    request_log,
    scripts,
    shell,
    upload,
)


def register(app: Flask) -> None:
    """Attach sign-in, pages and error pages."""
    account.register(app)
    shell.register(app)
    errors.register(app)
    request_log.register(app)
    for module in (
        health,
        metrics,
        home,
        password,
        report,
        report_choices,
        report_excel,
        report_files,
        ranking,
        region,
        files,
        scripts,
        upload,
    ):
        app.register_blueprint(module.blueprint)
    offline.register(app)
