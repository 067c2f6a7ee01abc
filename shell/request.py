"""Who asks: the actor behind the session, once per request; and what services' refusals mean in HTTP."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import abort, current_app, flash, g, redirect, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from domain.access import ANONYMOUS, Actor, Permission
from infra.storage import FileStore
from services.actor import actor_for
from shell import kept_post


def actor() -> Actor:
    """The actor of this request."""
    if "actor" not in g:
        g.actor = actor_for(current_user.id if current_user.is_authenticated else None)
    return g.actor


def without_person() -> None:
    """Go on as for nobody: the database that knows who asks does not answer."""
    g.actor = g.unknown_person = ANONYMOUS


def file_store() -> FileStore:
    """The file store of this application."""
    store: FileStore = current_app.extensions["file_store"]
    return store


def speaks_json() -> bool:
    """Whether a script asks in the background: it gets an answer in JSON or none, never a page."""
    return request.accept_mimetypes.best == "application/json"


def to_sign_in() -> Response:
    """To the sign-in page, and back here afterwards. Who was sending something learns what became of it; a script is only told."""
    if speaks_json():
        return Response('{"signed_out": true}', 401, mimetype="application/json")
    if request.method == "GET":
        return redirect(url_for("security.login", next=request.full_path.rstrip("?")))
    kept = kept_post.keep(actor())
    if kept:
        flash(_("You were signed out. Your answers are kept and come back when you sign in with the same account."), "info")
        if lost := kept_post.lost():
            flash(_("Give these once more, they could not be kept: %(what)s.", what=", ".join(lost)), "warn")
    else:
        flash(
            _("You were signed out, so what you just sent was not saved. Sign in, open the page again and enter it once more."),
            "bad",
        )
    return redirect(url_for("security.login", next=kept or kept_post.address()))


def signed_in(view: Callable[..., Any]) -> Callable[..., Any]:
    """A page for people who are signed in."""

    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        return view(*args, **kwargs) if actor().id else to_sign_in()

    return guarded


def needs(permission: Permission) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """A page for people who hold *permission* somewhere; rows are scoped by the services."""

    def decorate(view: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> Any:
            if not actor().id:
                return to_sign_in()
            if not actor().may_somewhere(permission):
                abort(403)
            return view(*args, **kwargs)

        return guarded

    return decorate
