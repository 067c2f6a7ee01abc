"""What every template of every door may use: words, numbers, bars, the person; and the headers of every answer."""

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from functools import lru_cache
from typing import Any

from flask import Flask, Response, abort, current_app, request, session
from flask_babel import gettext as _
from flask_wtf.csrf import generate_csrf
from markupsafe import Markup

from domain.definitions.source import share
from domain.messages import N_
from domain.scoring.scheme import Band
from forms.kept import Kept
from forms.parts import icon
from forms.texts import catalogue, formatter, locale, say, say_plain, text
from infra import clock
from services import audit
from shell import kept_post, navigation
from shell.assets import asset, loading, program
from shell.request import actor

CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; "
    "manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": CSP,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "geolocation=(self), camera=(self)",
}
STATES = {
    "draft": ("mute", "draft", N_("Draft")),
    "submitted": ("info", "sent", N_("Sent")),
    "verified": ("ok", "ok", N_("Verified")),
    "returned": ("warn", "back", N_("Returned")),
    "validated": ("done", "okok", N_("Validated")),
    "locked": ("mute", "lock", N_("Locked")),
}


def register(app: Flask) -> None:
    """Attach filters, globals, headers."""
    app.jinja_env.filters.update(
        say=say,
        say_plain=say_plain,
        text=text,
        day=_day,
        moment=_moment,
        score=score_text,
        exact_score=_exact_score,
        number=_number,
        share=share,
    )
    app.jinja_env.globals.update(_=_words, gettext=_words, ngettext=_words_of)
    app.jinja_env.globals.update(
        icon=_icon, asset=asset, loading=loading, program=program, state_pill=_state_pill, band_pill=band_pill, bar=_bar
    )
    app.jinja_env.globals.update(basis_pill=_basis_pill, quarter=lambda *what: formatter().quarter(*what))
    app.context_processor(_page_context)
    app.before_request(_note_origin)
    app.after_request(_headers)


def _words(msgid: str, **values: object) -> Markup:
    """A text of ours, with values escaped into it; what Jinja's own does, without a context per word."""
    return _in(locale())(msgid, **values)


@lru_cache(maxsize=8)
def _in(locale: str) -> Callable[..., Markup]:
    """The words of one language; a page asks for its language once, not once per word."""

    def words(msgid: str, **values: object) -> Markup:
        found = _word(locale, msgid)
        return found % values if values or "%" in found else found

    return words


@lru_cache(maxsize=4096)
def _word(language: str, msgid: str) -> Markup:
    return Markup(catalogue(language).ugettext(msgid))  # noqa: S704 - our own texts


_tokens: Kept[str, str] = Kept(2000)


def _csrf_token() -> str:
    """The signed token of the session's own secret: good as long as the session, so signed once and kept."""
    secret = session.get("csrf_token")
    return _tokens.get(secret, generate_csrf) if secret else str(generate_csrf())


def _words_of(one: str, many: str, number: int, **values: object) -> Markup:
    """A text of ours that counts."""
    found = Markup(catalogue(locale()).ungettext(one, many, number))  # noqa: S704 - our own texts
    return found % {"num": number, **values}


@lru_cache(maxsize=256)
def _icon(name: str, small: bool = False) -> Markup:
    return Markup(icon(name, small))  # noqa: S704 - names are ours


def _day(value: dt.date, short: bool = False) -> str:
    return formatter().date(value, short)


def _moment(value: dt.datetime, zone: str = "WIB") -> str:
    return f"{formatter().datetime(clock.local(zone, value))} {zone}"


def _exact_score(micro: int) -> str:
    """A score with all that it says and no more: ``100``, ``83,333333``, so that others recompute from it."""
    return formatter().number(Decimal(micro) / 1_000_000)


def score_text(micro: int | None, places: int = 2) -> str:
    """A score as shown: ``86,33``, or a dash."""
    return score_writer()(micro, places)


def score_writer() -> Callable[..., str]:
    """:func:`score_text` with the language settled, for pages that write a thousand of them."""
    write = formatter().score
    return lambda micro, places=2: "–" if micro is None else write(micro, places)


def _number(value: float, places: int = 6) -> str:
    return formatter().number(value, places)


def _state_pill(state: str) -> Markup:
    return _pill(locale(), state)


@lru_cache(maxsize=32)
def _pill(locale: str, state: str) -> Markup:
    tone, name, word = STATES[state]
    return Markup('<span class="pill is-{}">{}{}</span>').format(tone, _icon(name, True), _word(locale, word))


def _basis_pill(official: bool) -> Markup:
    """Whether scores rest on validated answers or on what was claimed."""
    tone, name, word = ("done", "okok", N_("Validated")) if official else ("warn", "clock", N_("Provisional"))
    return Markup('<span class="pill is-{}">{}{}</span>').format(tone, _icon(name, True), _word(locale(), word))


def band_pill(band: Band | None) -> Markup:
    """The band of a score in its colour."""
    if band is None:
        return Markup('<span class="pill is-mute">{}{}</span>').format(_icon("na", True), _("Not assessed"))
    return _band(str(band.tone), text(band.label))


@lru_cache(maxsize=64)
def _band(tone: str, label: str) -> Markup:
    return Markup('<span class="band v{}">{}</span>').format(tone, label)


def _bar(micro: int | None, goal: int | None = None) -> Markup:
    width = 0 if micro is None else min(micro, 100_000_000) / 500_000
    mark = Markup('<path class="goal" d="M{} 0v8"/>').format(goal / 500_000) if goal else Markup("")
    return Markup(
        '<svg class="bar" viewBox="0 0 200 8" preserveAspectRatio="none" aria-hidden="true">'
        '<rect class="t" width="200" height="8"/><rect class="f" width="{}" height="8"/>{}</svg>'
    ).format(f"{width:.1f}", mark)


@lru_cache(maxsize=4)
def _outbox_words(_language: str) -> Markup:
    return Markup(current_app.jinja_env.get_template("web/outbox_words.html").render())  # noqa: S704 - our own template


def _page_context() -> dict[str, Any]:
    who, language, here = actor(), locale(), request.path
    where, role = navigation.scope_words(who, language) if who.id else ("", "")
    return {
        "locale": language,
        "_": _in(language),
        "actor": who,
        "menu": navigation.menu(who, language, here),
        "topbar": navigation.topbar(who.name, where, role, language, _csrf_token(), here) if who.id else "",
        "csrf_token": _csrf_token,
        "owner_token": lambda: kept_post.owner_token(who),
        "kept_post": lambda: kept_post.offered(who),
        "outbox_words": _outbox_words(language) if who.id else "",
        "scope_where": where,
        "fmt": formatter(),
        "here": here,
    }


def _note_origin() -> None:
    """Where the request comes from; NUL, which no database text may hold, is refused at the door."""
    audit.ORIGIN.set(request.remote_addr or "")
    if "%00" in request.environ.get("QUERY_STRING", "") or "\x00" in request.path:
        abort(400)
    if request.endpoint == "admin.static":
        abort(404)  # the library's own scripts; our pages use none of them


def _headers(response: Response) -> Response:
    response.headers.extend(HEADERS)  # no page sets any of them itself
    if (request.endpoint or "").startswith("security."):
        response.headers["Cache-Control"] = "no-store"  # the library writes a header no browser can read
    elif actor().id:
        response.headers.setdefault("Cache-Control", "no-store")
        kept_post.forget_saved(actor(), response)
    if current_app.config["PRODUCTION"]:
        response.headers.setdefault("Strict-Transport-Security", "max-age=31536000")
    return response
