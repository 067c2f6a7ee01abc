"""Flask's sessions in a signed cookie, with the signer made once."""

from typing import Any

from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from itsdangerous import SignatureExpired, TimestampSigner


class Signer(TimestampSigner):
    """A signature dated in the future is as good as one of now: a server clock that is set back signs nobody out."""

    def unsign(self, signed_value: str | bytes, max_age: int | None = None, return_timestamp: bool = False) -> Any:  # type: ignore[override]
        """The value, and when it was signed if asked; raises ``SignatureExpired`` past *max_age* seconds."""
        value, at = super().unsign(signed_value, return_timestamp=True)
        if max_age is not None and self.get_timestamp() - at.timestamp() > max_age:
            raise SignatureExpired("too old", payload=value, date_signed=at)
        return (value, at) if return_timestamp else value


class Sessions(SecureCookieSessionInterface):
    """One for each application: what signs depends on its settings alone, and Flask makes it anew for every request."""

    _signer: Any = None

    def get_signing_serializer(self, app: Flask) -> Any:
        """The serializer of *app*."""
        if self._signer is None:
            self._signer = super().get_signing_serializer(app)
            if self._signer is not None:
                self._signer.signer = Signer
        return self._signer
