"""How commands for system administrators speak: in the words of the Indonesian catalogue."""

import click

from domain.messages import Message, message
from forms.texts import say_in
from services.errors import Refused


def say(msgid: str, /, **params: object) -> None:
    """Print one sentence."""
    click.echo(words(message(msgid, **params)))


def words(sentence: Message) -> str:
    """A sentence in Indonesian."""
    return say_in(sentence, "id")


def failure(refused: Refused) -> click.ClickException:
    """A refusal as a command ends with it."""
    return click.ClickException(words(refused.why))
