"""Reporting units from a sheet: planned first, so that a person sees what would happen; then written, row by row.

Applying the same sheet again changes nothing, so one that was cut off is simply applied again.
"""

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa

from domain.access import Actor, Permission
from domain.fields import Refused as Unread
from domain.fields.dates import read_date
from domain.messages import N_, Message, message
from domain.visible import visible
from models import Region, RoleGrant, Unit, User, db
from services import access_link, score, sign_in, unit, user
from services.errors import Refused
from services.region import in_force_today
from services.scope import require
from services.unit_of_work import unit_of_work
from services.user import GrantWish

MOST_ROWS = 2_000
OPERATOR = "operator"
"""The role the officers of a sheet get, in the unit's region."""
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "code": ("Kode wilayah", "Kode"),
    "region": ("Nama daerah", "Nama wilayah"),
    "name": ("Nama klaster",),
    "decree": ("SK pembentukan", "SK"),
    "start": ("Wajib lapor sejak",),
    "end": ("Wajib lapor sampai",),
    "officer": ("Nama petugas",),
    "email": ("Surel petugas", "Email petugas"),
}
"""What a column is called in the sheet's first row, in whatever letters; the first name is the template's."""
KINDS_OF_REGION = {"kabupaten": "kabupaten", "kab": "kabupaten", "kota": "kota"}
ADMINISTRATIVE = frozenset({"administrasi", "adm", "provinsi", "prov"})
"""Words before a region's name that people write, shorten or leave out."""
NO_FILE = message(N_("Choose the filled-in workbook first."))
NEW, CHANGE, SAME, WRONG = "new", "change", "same", "wrong"
SHORTENED = re.compile(r"\d\d\.\d", re.ASCII)
Sheet = Sequence[Sequence[str]]
Change = tuple[str, Any, Any]
WRITTEN = {"name": "name", "decree": "decree", "start": "start_date", "end": "end_date"}
"""What a column of the sheet is called in a unit."""


@dataclass(frozen=True, slots=True)
class Wish:
    """A row as read. *start*, *end*: empty where the cell is."""

    code: str
    name: str = ""
    decree: str = ""
    start: dt.date | None = None
    end: dt.date | None = None
    officer: str = ""
    email: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """What a row would do: *number* as the sheet counts, *what* happens to the unit, *why* not, the officer to be invited, and what
    of the unit would be another."""

    number: int
    wish: Wish
    what: str
    region: str = ""
    faults: tuple[Message, ...] = ()
    invites: bool = False
    changes: tuple[Change, ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """Every row in order; *unknown*: columns nobody reads."""

    lines: Sequence[Line]
    unknown: Sequence[str] = ()

    def count(self, what: str) -> int:
        """Rows of one kind."""
        return sum(line.what == what for line in self.lines)

    @property
    def invited(self) -> int:
        """Officers who would get an account or a role."""
        return sum(line.invites for line in self.lines)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the rows are read against: regions by code, units by region, who holds the role where, and addresses whose accounts
    may not sign in."""

    regions: Mapping[str, Region]
    units: Mapping[str, Unit]
    operators: frozenset[tuple[str, str]]
    resting: frozenset[str]


def plan(actor: Actor, sheet: Sheet) -> Plan:
    """What applying a sheet would do; nothing is written."""
    require(actor, Permission.UNIT_EDIT)
    header, rows = _header(sheet)
    rows = [(number, cells) for number, cells in rows if _says_something(header, cells)]
    around, seen = _surroundings(), set[str]()
    lines = []
    for number, cells in rows:
        line = _line(number, {key: cells[place] for key, place in header.items() if place < len(cells)}, around)
        if line.wish.code and line.wish.code in seen:
            line = replace(
                line, what=WRONG, invites=False, faults=(*line.faults, message(N_("This region stands in the sheet twice.")))
            )
        seen.add(line.wish.code)
        lines.append(line)
    if any(line.wish.email for line in lines):
        require(actor, Permission.USER_EDIT)
    return Plan(lines, _unknown(sheet))


def _header(sheet: Sheet) -> tuple[dict[str, int], list[tuple[int, Sequence[str]]]]:
    """Where each column stands, and the filled rows with their numbers."""
    titles = [cell.casefold() for cell in sheet[0]] if sheet else []
    places = {
        key: next((titles.index(n.casefold()) for n in names if n.casefold() in titles), -1) for key, names in COLUMNS.items()
    }
    header = {key: place for key, place in places.items() if place >= 0}
    if "code" not in header or "start" not in header:
        why = N_("The first row must name the columns, at least “%(code)s” and “%(start)s”.")
        raise Refused(message(why, code=COLUMNS["code"][0], start=COLUMNS["start"][0]))
    return header, [(number, row) for number, row in enumerate(sheet[1:], 2) if any(row)]


def _says_something(header: Mapping[str, int], cells: Sequence[str]) -> bool:
    """Whether a row holds more than the region the template put there."""
    return any(place < len(cells) and cells[place].strip() for key, place in header.items() if key not in ("code", "region"))


def _unknown(sheet: Sheet) -> list[str]:
    known = {name.casefold() for names in COLUMNS.values() for name in names} | {""}
    return [cell for cell in sheet[0] if cell.casefold() not in known]


def _surroundings() -> Surroundings:
    regions = db.session.scalars(sa.select(Region).where(in_force_today()))
    units = db.session.scalars(sa.select(Unit))
    held = sa.select(User.email, RoleGrant.scope_id).join(RoleGrant, RoleGrant.user_id == User.id).where(RoleGrant.role == OPERATOR)
    return Surroundings(
        {r.code: r for r in regions},
        {u.region_id: u for u in units},
        frozenset((r.email, r.scope_id) for r in db.session.execute(held)),
        frozenset(db.session.scalars(sa.select(User.email).where(User.active.is_(False)))),
    )


def _line(number: int, cells: Mapping[str, str], around: Surroundings) -> Line:
    faults: list[Message] = []
    wish = _wish(cells, faults)
    region = around.regions.get(wish.code)
    if not wish.code:
        return Line(number, wish, WRONG, "", (*faults, message(N_("Enter the region's code."))))
    if region is None:
        faults.append(message(N_("There is no region with the code “%(code)s”."), code=wish.code[:20]))
        return Line(number, wish, WRONG, "", tuple(faults))
    if not _same_region(cells.get("region", ""), region.name):
        why = N_("The code %(code)s is %(region)s, not “%(name)s”. Check both.")
        faults.append(message(why, code=region.code, region=region.name, name=cells["region"][:60]))
    kept = around.units.get(region.id)
    wish = replace(wish, name=wish.name or (kept.name if kept else f"Klaster Logistik {region.name}"))
    if kept is None and wish.start is None and not faults:
        faults.append(message(N_("Enter from which day the cluster reports.")))
    if wish.officer and not cells.get("email", "").strip():
        faults.append(message(N_("Enter the e-mail of %(name)s, or leave the officer out for now."), name=wish.officer))
    if wish.start and wish.end and wish.end < wish.start:
        faults.append(message(N_("The end date may not come before the start date.")))
    if wish.email in around.resting:
        faults.append(message(N_("The account “%(email)s” may not sign in. Allow it first, or name another."), email=wish.email))
    invites = bool(wish.email) and (wish.email, region.id) not in around.operators
    what = WRONG if faults else _what(wish, kept)
    return Line(
        number, wish, what, region.name, tuple(faults), invites and not faults, _changes(wish, kept) if what == CHANGE else ()
    )


def _same_region(typed: str, name: str) -> bool:
    """Whether a region's name in the sheet, if there is one, names this region; “Kab.” or “Kota” may be left out, not mixed up."""
    (kind, words), (known_kind, known) = _named(typed), _named(name)
    return not words or (words == known and kind in ("", known_kind))


def _named(name: str) -> tuple[str, list[str]]:
    """``Kab. Lima Puluh Kota`` → ``("kabupaten", ["lima", "puluh", "kota"])``."""
    words = re.findall(r"\w+", name.casefold())
    kind = KINDS_OF_REGION.get(words[0], "") if words else ""
    return kind, [word for word in words[bool(kind) :] if word not in ADMINISTRATIVE]


def _changes(wish: Wish, kept: Unit | None) -> tuple[Change, ...]:
    """What would be another: (column, as it is, as it would be)."""
    if kept is None:
        return ()
    now, then = _values(Wish(""), kept), _values(wish, kept)
    return tuple((COLUMNS[key][0], now[name], then[name]) for key, name in WRITTEN.items() if now[name] != then[name])


def _wish(cells: Mapping[str, str], faults: list[Message]) -> Wish:
    texts = {key: visible(cells.get(key, "")) for key in COLUMNS}
    for key, most in (("name", 160), ("decree", 160), ("officer", 120)):
        if len(texts[key]) > most:
            faults.append(message(N_("“%(text)s…” is too long: at most %(n)s characters."), text=texts[key][:30], n=most))
    email = sign_in.address(texts["email"]) if texts["email"] else ""
    if email is None:
        faults.append(message(N_("“%(text)s” is no e-mail address."), text=texts["email"][:60]))
    start, end = (_day(key, texts[key], faults) for key in ("start", "end"))
    return Wish(_code(texts["code"]), texts["name"], texts["decree"], start, end, texts["officer"], email or "")


def _code(text: str) -> str:
    """A code that a spreadsheet took for a number has lost its last nought: ``32.1`` was ``32.10``."""
    return f"{text}0" if SHORTENED.fullmatch(text) else text


def _day(key: str, text: str, faults: list[Message]) -> dt.date | None:
    try:
        return read_date(text)
    except Unread as refused:
        faults.append(message(N_("%(column)s, “%(text)s”: %(why)s"), column=COLUMNS[key][0], text=text[:30], why=refused.why))
        return None


def _what(wish: Wish, kept: Unit | None) -> str:
    if kept is None:
        return NEW
    return SAME if _values(wish, kept) == _values(Wish(""), kept) else CHANGE


def _values(wish: Wish, kept: Unit | None) -> dict[str, Any]:
    """What the unit is to be: an empty cell leaves what stands there."""
    return {
        "name": wish.name or (kept.name if kept else ""),
        "decree": wish.decree or (kept.decree if kept else ""),
        "start_date": wish.start or (kept.start_date if kept else None),
        "end_date": wish.end or (kept.end_date if kept else None),
    }


def template(actor: Actor) -> tuple[list[str], list[list[str]]]:
    """(header, rows) of a sheet to fill in: every region that has no cluster yet."""
    require(actor, Permission.UNIT_EDIT)
    taken = set(db.session.scalars(sa.select(Unit.region_id)))
    regions = db.session.scalars(sa.select(Region).where(in_force_today()).order_by(Region.code))
    return [names[0] for names in COLUMNS.values()], [[r.code, r.name] for r in regions if r.id not in taken]


@dataclass(frozen=True, slots=True)
class Done:
    """What was written: how many units, whose accounts need a link to a first password, who holds one that still opens,
    and rows that failed at the last moment."""

    created: int
    changed: int
    waiting: Sequence[str]
    linked: Sequence[str]
    failed: Sequence[tuple[int, Message]]


def apply(actor: Actor, sheet: Sheet) -> Done:
    """Write a sheet whose every row is right; raises :class:`Refused` while one is not."""
    planned = plan(actor, sheet)
    if planned.count(WRONG):
        raise Refused(message(N_("Some rows need repair. Nothing was written.")))
    failed: list[tuple[int, Message]] = []
    waiting: list[str] = []
    written = {NEW: 0, CHANGE: 0, SAME: 0}
    with score.later():
        for line in planned.lines:
            try:
                with unit_of_work():  # a row is written whole or not at all
                    home, what = _write(actor, line.wish)
                    invited = _invite(actor, line.wish, home) if line.wish.email else []
            except Refused as refused:
                failed.append((line.number, refused.why))
                continue
            written[what] += 1
            waiting += invited
    linked = access_link.with_open_link(waiting)
    return Done(written[NEW], written[CHANGE], [key for key in dict.fromkeys(waiting) if key not in linked], sorted(linked), failed)


def _write(actor: Actor, wish: Wish) -> tuple[str, str]:
    """Write the unit of one row; gives the id of its region, and what happened to the unit: another may have been here since."""
    region = db.session.scalars(sa.select(Region).where(Region.code == wish.code, in_force_today())).one()
    kept = db.session.scalar(sa.select(Unit).where(Unit.region_id == region.id))
    home, values, what = region.id, _values(wish, kept), _what(wish, kept)
    if kept is None:
        unit.create(actor, region_id=home, **values)
    elif what == CHANGE:
        unit.update(actor, kept.id, **values)
    return home, what


def _invite(actor: Actor, wish: Wish, region_id: str) -> list[str]:
    grant = GrantWish(OPERATOR, "region", region_id)
    known = sign_in.account(wish.email)
    if known is None:
        return [user.create(actor, email=wish.email, name=wish.officer or wish.email.split("@")[0], grants=[grant])]
    user.add_grant(actor, known.id, grant)
    return [] if known.password else [known.id]
