"""Flask's sessions in a signed cookie, with the signer made once."""

from typing import Any

from flask import Flask
from flask.sessions import SecureCookieSessionInterface


class Sessions(SecureCookieSessionInterface):
    """One for each application: what signs depends on its settings alone, and Flask makes it anew for every request."""

    _signer: Any = None

    def get_signing_serializer(self, app: Flask) -> Any:
        """The serializer of *app*."""
        if self._signer is None:
            self._signer = super().get_signing_serializer(app)
        return self._signer
