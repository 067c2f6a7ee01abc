"""Why an expression is refused."""

from domain.messages import Message


class ExpressionError(ValueError):
    """A refused expression: where (character, from 0), why and what to do."""

    def __init__(self, code: str, position: int, why: Message) -> None:
        super().__init__(f"{code} at {position}")
        self.code = code
        self.position = position
        self.why = why
