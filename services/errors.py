"""What a use case may answer instead of doing its work."""

from collections.abc import Mapping

from domain.messages import Message


class NotFound(Exception):  # noqa: N818 - an answer, not a failure
    """It does not exist, or the actor may not know that it does."""


class Forbidden(Exception):  # noqa: N818
    """The actor may see it but not do this with it."""


class Refused(Exception):  # noqa: N818
    """The input cannot be accepted. *why* for the whole; *faults* by field name."""

    def __init__(self, why: Message, faults: Mapping[str, Message] | None = None) -> None:
        super().__init__(why.msgid)
        self.why = why
        self.faults = faults or {}
