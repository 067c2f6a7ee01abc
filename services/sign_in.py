"""Lock-out and sign-out, kept in the database so that every worker and every restart knows them."""

import datetime as dt

import sqlalchemy as sa
from email_validator import EmailNotValidError, validate_email

from infra import clock
from models import EndedSession, User, db
from services import audit
from services.unit_of_work import unit_of_work

MAX_FAILURES = 5
LOCK_MINUTES = 15
COOKIE_LIFE = dt.timedelta(days=62)
"""Twice as long as any copy of a session's cookie is believed; what ended before need not be remembered."""


def address(typed: str) -> str | None:
    """An e-mail address as accounts keep it; nothing when nobody could sign in with it.

    ASCII only: the sign-in library reads look-alike letters as the plain ones, and a second spelling of one account
    would be counted apart.
    """
    text = typed.strip().lower()
    if not text.isascii():
        return None
    try:
        return validate_email(text, check_deliverability=False).normalized.lower()
    except EmailNotValidError:
        return None


def account(email: str) -> User | None:
    """The account of an :func:`address`."""
    return db.session.scalar(sa.select(User).where(User.email == email))


def locked(user: User) -> bool:
    """Whether the account refuses every password for now; never for longer than a lock lasts, whatever the clock did since."""
    now = clock.now()
    return user.locked_until is not None and now < user.locked_until <= now + dt.timedelta(minutes=LOCK_MINUTES)


def failed(user_id: str) -> None:
    """Count a wrong password; at the limit lock the account for a while."""
    with unit_of_work() as session:
        user = session.get(User, user_id, with_for_update=True)
        if user is None or locked(user):
            return
        user.failed_count += 1
        if user.failed_count >= MAX_FAILURES:
            user.failed_count = 0
            user.locked_until = clock.now() + dt.timedelta(minutes=LOCK_MINUTES)
            audit.record(None, "lock", "user", user.id)


def succeeded(user_id: str) -> None:
    """Forget earlier failures; note when the person was last here."""
    with unit_of_work() as session:
        user = session.get(User, user_id)
        if user is not None:
            user.failed_count, user.locked_until, user.last_seen_at = 0, None, clock.now()
            audit.record(None, "sign-in", "user", user.id)


def ended(user_id: str, session_key: str) -> None:
    """Note that the person signed out of a session: its cookie, and every copy of it, opens nothing from now on."""
    with unit_of_work() as session:
        if session.get(EndedSession, session_key) is None:
            session.execute(sa.delete(EndedSession).where(EndedSession.ended_at < clock.now() - COOKIE_LIFE))
            session.add(EndedSession(key=session_key, user_id=user_id, ended_at=clock.now()))
            audit.record(None, "sign-out", "user", user_id)
