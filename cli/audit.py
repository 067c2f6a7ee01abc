"""``audit seal`` and ``audit verify``: the chain over the audit trail."""

import sys

import click
from flask import Flask
from flask.cli import AppGroup

from cli.speech import say, words
from domain.messages import N_, message
from services import sealing
from services.sealing import Head, Verified

group = AppGroup("audit", help="The seal over the audit trail.")


def register(app: Flask) -> None:
    """Attach the commands."""
    app.cli.add_command(group)


@group.command("seal")
@click.option("--late", "known", is_flag=True, help="Also seal lines that look put in: you have found out who wrote them.")
def seal(known: bool) -> None:
    """Seal what is not sealed yet; prints the head, to be noted outside this machine. Exit 1 and seal nothing when the chain is
    broken or unsealed lines look put in."""
    found = sealing.verify()
    if found.broken is not None or (found.late and not known):
        tell(found)
        sys.exit(1)
    click.echo(str(sealing.seal()))


@group.command("verify")
@click.option("--head", "noted", default="", metavar="SEQ:DIGEST", help="A head that was noted outside this machine.")
def verify(noted: str) -> None:
    """Check every line; exit 1 and name the first one that does not fit, or say that unsealed ones look put in."""
    found = sealing.verify(_noted(noted))
    tell(found)
    sys.exit(0 if found.sound else 1)


def _noted(text: str) -> Head | None:
    head = sealing.read_head(text)
    if text and head is None:
        raise click.ClickException(words(message(N_("A head is written as NUMBER:DIGEST, as “audit seal” prints it."))))
    return head


def tell(found: Verified) -> None:
    """Say what a look at the chain found."""
    if found.oldest is not None:
        say(N_("%(n)s lines are not sealed yet; the oldest is of %(at)s UTC."), n=found.unsealed, at=found.oldest)
    if found.late:
        say(
            N_("%(n)s of them are dated before the newest sealed line. Find out who wrote them, then seal with --late."),
            n=found.late,
        )
    if found.broken is None:
        say(N_("The trail is whole up to %(head)s."), head=str(found.head))
    else:
        say(N_("The trail is broken at seal %(seq)s, line %(line)s:"), seq=str(found.broken.seq), line=found.broken.line or "-")
        click.echo(words(found.broken.why))
