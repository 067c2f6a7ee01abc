"""Posts outlive sessions: a form carries a signed name of its owner, so that what arrives after they were signed out is kept
and stands in the page again once the same person is back."""

import datetime as dt
import logging
from functools import lru_cache
from urllib.parse import urlencode

from flask import current_app, flash, g, request
from flask_babel import gettext as _
from itsdangerous import BadSignature, URLSafeSerializer
from sqlalchemy.exc import OperationalError
from werkzeug.datastructures import ImmutableMultiDict
from werkzeug.wrappers import Response

from domain.access import Actor
from infra import clock
from models import db
from services import kept_post
from services.kept_post import Held

log = logging.getLogger(__name__)
OWNER = "_owner"
MARK = "kiriman"
"""In an address: show what was kept of this page."""
TOKEN_LIFE = dt.timedelta(hours=24)
NEVER_KEPT = frozenset({"csrf_token", OWNER, "password"})
MOST_NAMED = 200
MOST_PATH = 300
"""Letters of an address a post is kept under; ours are far shorter."""


def address() -> str:
    """The page a form belongs to: its path, and the row it is about."""
    row = request.args.get("id", "")
    return request.path + (f"?{urlencode({'id': row})}" if row else "")


def owner_token(actor: Actor) -> str:
    """Whose page this is, signed; nothing for nobody."""
    return str(_signer().dumps([actor.id, address(), int(clock.now().timestamp())])) if actor.id else ""


def _signer() -> URLSafeSerializer:
    return _signer_of(str(current_app.secret_key or ""))


@lru_cache(maxsize=2)
def _signer_of(secret: str) -> URLSafeSerializer:
    """Made once: every page with a form asks."""
    return URLSafeSerializer(secret, salt="kept-post")


def _owner() -> str:
    """Who the posted page was made for; nothing when it does not say so credibly."""
    try:
        user_id, page, at = _signer().loads(request.form.get(OWNER, ""))
    except (BadSignature, ValueError):
        return ""
    young = clock.now().timestamp() - at < TOKEN_LIFE.total_seconds()
    return str(user_id) if young and page == address() else ""


def keep(actor: Actor) -> str:
    """Keep what was posted by someone who is signed out, or in again with the page of before; gives the address that brings
    it back, or nothing when there is no telling whose it is."""
    owner = _owner()
    if not owner or len(address()) > MOST_PATH or actor.id not in ("", owner) or not kept_post.keep(owner, address(), _held()):
        return ""
    g.kept_post = True
    return _with_mark(address())


def lost() -> list[str]:
    """What came with this post and cannot be kept, in words."""
    return _held().lost  # type: ignore[return-value]


def _held() -> Held:
    sent = [(name, value) for name, value in request.form.items(multi=True) if name not in NEVER_KEPT]
    lost = [
        f"{_question(name)}{upload.filename[:MOST_NAMED]}" for name, upload in request.files.items(multi=True) if upload.filename
    ]
    if request.form.get("password"):
        lost.append(_("the password"))
    return Held(sent, lost)


def _question(name: str) -> str:
    """The code of the question a posted name belongs to, where it names one: ``f.CODE.files`` → ``CODE: ``."""
    first, _dot, rest = name.partition(".")
    return f"{rest.split('.')[0]}: " if first == "f" and rest else ""


def _with_mark(page: str) -> str:
    return f"{page}{'&' if '?' in page else '?'}{MARK}=1"


def _asked_for(actor: Actor) -> Held | None:
    """What was kept of this page, when its address asks for it."""
    return kept_post.newest(actor, address()) if request.method == "GET" and MARK in request.args else None


def offered(actor: Actor) -> str:
    """Where what was kept of this page is shown, when there is something and it is not shown already; on the start page what was
    kept last of any."""
    if request.method != "GET" or MARK in request.args or not g.get("kept_posts"):
        return ""
    pages = kept_post.waiting(actor)
    page = pages[0] if pages and request.path == "/" else address()
    return _with_mark(page) if page in pages else ""


def tell_too_late(actor: Actor, why: str) -> None:
    """Say that what was kept of this page fits it no longer."""
    if _asked_for(actor):
        flash(_("What you sent before you were signed out is not saved: %(why)s", why=why), "bad")


def resume(actor: Actor) -> bool:
    """Let this request be the post its person had sent when they were signed out, if its address asks for it: the form is
    read, checked and shown again. Who handles it saves nothing (:func:`resumed`)."""
    held = _asked_for(actor)
    if held is None:
        return False
    request.method, request.form, request.files = "POST", ImmutableMultiDict(held.sent), ImmutableMultiDict()
    g.resumed = g.csrf_valid = True  # nothing is saved, so there is nothing to forge
    flash(_("The answers you sent before you were signed out are here; they are not saved yet. Look them over, then save."), "warn")
    if held.lost:
        flash(_("Give these once more, they could not be kept: %(what)s.", what=", ".join(held.lost)), "warn")
    return True


def resumed() -> bool:
    """Whether this request shows a kept post: it is read and checked like any other, and never saved."""
    return bool(g.get("resumed"))


def still_needed() -> None:
    """What this request was to save was refused as a whole: the kept post stays."""
    g.kept_post = True


def forget_saved(actor: Actor, response: Response) -> None:
    """Once a page that brought a kept post back is saved, the kept one is needed no longer."""
    saved = request.method == "POST" and MARK in request.args and response.status_code == 302
    if not saved or resumed() or "kept_post" in g:
        return
    try:
        kept_post.drop(actor, address())
    except OperationalError as busy:  # the page is saved; what stays is pruned later
        db.session.rollback()
        log.warning("kept post stays: %s", busy)
