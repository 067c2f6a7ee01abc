"""What the side list and the bottom bar offer, by what the actor may do. Collections come from the registry."""

from dataclasses import dataclass

from flask_babel import lazy_gettext as _l

from domain.access import Actor, Permission
from domain.access.policy import ScopeKind
from domain.messages import Text, pick
from infra import clock
from models import Region, Unit, db
from services import registry

ICONS = ("users", "book", "columns", "plan", "box", "file")


@dataclass(frozen=True, slots=True)
class Item:
    """One entry: where it leads, its icon, its word."""

    url: str
    icon: str
    word: object


@dataclass(frozen=True, slots=True)
class Group:
    """Entries under one heading; the first group has none."""

    title: object
    items: tuple[Item, ...]


def groups(actor: Actor, locale: str) -> list[Group]:
    """The side list."""
    may = actor.may_somewhere
    main = [Item("/", "home", _l("Home"))]
    if may(Permission.REPORT_FILL):
        main.append(Item("/laporan", "form", _l("Reports")))
    elif may(Permission.REPORT_READ):
        main.append(Item("/laporan", "form", _l("Reports received")))
    if may(Permission.EVENT_READ):
        main.append(Item("/admin/kejadian/", "event", _l("Events")))
    if may(Permission.RANKING_READ):
        main.append(Item("/peringkat", "chart", _l("Ranking")))
    found = [Group("", tuple(main)), Group(_l("Cluster"), tuple(_collections(actor, locale)))]
    if may(Permission.DEFINITION_READ):
        found.append(Group(_l("Definitions"), tuple(_definitions())))
    if may(Permission.UNIT_EDIT):
        found.append(Group(_l("Data"), tuple(_data())))
    return [group for group in found if group.items]


def _collections(actor: Actor, locale: str) -> list[Item]:
    if not actor.may_somewhere(Permission.RECORD_READ):
        return []
    today = clock.local("WIB").date()
    known = registry.registry()
    items = []
    for place, ref in enumerate(known.collections()):
        _version, definition = known.current(ref.key, today)
        items.append(Item(f"/admin/konten/{ref.key}/", ICONS[min(place, len(ICONS) - 1)], pick(definition.label, locale)))
    return items


def _definitions() -> list[Item]:
    return [
        Item("/admin/indikator/", "studio", _l("Indicators")),
        Item("/admin/bagian/", "table", _l("Sections")),
        Item("/admin/pilihan/", "choice", _l("Choices")),
        Item("/admin/terbitkan/", "publish", _l("Publish")),
    ]


def _data() -> list[Item]:
    return [
        Item("/admin/unit/", "map", _l("Reporting units")),
        Item("/admin/periode/", "clock", _l("Periods")),
        Item("/admin/pengguna/", "gear", _l("Users")),
    ]


def bottom(listed: list[Group]) -> list[Item]:
    """The bottom bar of a phone: the first four; the rest lies under "more"."""
    flat = [item for group in listed for item in group.items]
    return flat[:4] if len(flat) > 5 else flat


def scope_words(actor: Actor, locale: str) -> tuple[str, str]:
    """(where, as what) for the pill in the top bar: the first grant."""
    if not actor.grants:
        return "", ""
    grant = actor.grants[0]
    role = registry.registry().roles.get(grant.role)
    label: Text = role.label if role else {}
    return _scope_name(grant.kind, grant.scope, locale), pick(label, locale)


def _scope_name(kind: ScopeKind, scope: str, locale: str) -> str:
    if kind is ScopeKind.NATIONAL:
        return "Nasional" if locale == "id" else "National"
    row = db.session.get(Unit, scope) if kind is ScopeKind.UNIT else db.session.get(Region, scope)
    return row.name if row else ""
