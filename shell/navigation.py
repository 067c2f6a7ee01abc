"""What the side list and the bottom bar offer, by what the actor may do. Collections come from the registry."""

from dataclasses import dataclass
from functools import lru_cache

from flask import current_app
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from markupsafe import Markup

from domain.access import Actor, Permission
from domain.messages import Text, pick
from forms.kept import Kept
from forms.parts import Parts, esc, slot
from infra import clock
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
    if may(Permission.REPORT_READ):
        main.append(Item("/laporan", "form", _l("Reports")))
    if may(Permission.EVENT_READ):
        main.append(Item("/admin/kejadian/", "event", _l("Events")))
    if may(Permission.RANKING_READ):
        main.append(Item("/peringkat", "chart", _l("Ranking")))
    found = [Group("", tuple(main)), Group(_l("Cluster"), tuple(_collections(actor, locale)))]
    if may(Permission.DEFINITION_READ):
        found.append(Group(_l("Definitions"), tuple(_definitions())))
    if may(Permission.UNIT_EDIT):
        found.append(Group(_l("Data"), tuple(_data())))
    if may(Permission.AUDIT_READ):
        found.append(Group(_l("Oversight"), (Item("/admin/jejak/", "audit", _l("Audit trail")),)))
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
        Item("/admin/wilayah/", "globe", _l("Regions")),
    ]


@dataclass(frozen=True, slots=True)
class Menu:
    """The two bars as markup."""

    side: Markup
    bottom: Markup


NO_MENU = Menu(Markup(""), Markup(""))
_kept: Kept[tuple[object, ...], Menu] = Kept(500)


def menu(actor: Actor, locale: str, here: str) -> Menu:
    """Side list and bottom bar for what the actor may do, rendered once per state of the registry."""
    if not actor.id:
        return NO_MENU
    rights = frozenset(p for g in actor.grants for p in g.permissions)
    current = _current(here)
    key = (rights, locale, registry.registry().epoch, current)
    return _kept.get(key, lambda: _menu(actor, locale, current))


def _menu(actor: Actor, locale: str, current: str) -> Menu:
    listed = groups(actor, locale)
    flat = [item for group in listed for item in group.items]
    page = {"groups": listed, "bottom": flat[:4] if len(flat) > 5 else flat, "more": len(flat) > 5, "current": current}
    side, low = (_bar(f"web/menu_{name}.html", page) for name in ("side", "bottom"))
    return Menu(side, low)


def topbar(name: str, where: str, role: str, locale: str, token: str, here: str) -> Markup:
    """The bar above every page of a signed-in person: rendered once per person and language, its two slots filled."""
    bar = _topbar(name, where, role, locale)
    return Markup(bar.join({"token": esc(token), "here": esc(here)}))  # noqa: S704 - escaped just here


@lru_cache(maxsize=500)
def _topbar(name: str, where: str, role: str, locale: str) -> Parts:
    initials = "".join(word[0] for word in name.split()[:2]).upper()
    page = {"person": name, "scope_where": where, "scope_role": role, "initials": initials, "locale": locale}
    return Parts.of(_bar("web/topbar.html", page | {"csrf_token": lambda: slot("token"), "here": slot("here")}))


def _bar(template: str, page: dict[str, object]) -> Markup:
    return Markup(current_app.jinja_env.get_template(template).render(page))  # noqa: S704 - our own template, autoescaped


def _current(here: str) -> str:
    """The entry a page belongs to: the longest address it starts with."""
    parts = here.split("/")
    if here.startswith("/admin/konten/") and len(parts) > 3:
        return f"/admin/konten/{parts[3]}/"
    for known in (here, "/".join(parts[:3]) + "/", "/" + parts[1]):
        if known in ADDRESSES:
            return known
    return ""


ADDRESSES = frozenset(
    {
        "/",
        "/laporan",
        "/peringkat",
        "/admin/kejadian/",
        "/admin/indikator/",
        "/admin/bagian/",
        "/admin/pilihan/",
        "/admin/terbitkan/",
        "/admin/unit/",
        "/admin/periode/",
        "/admin/pengguna/",
        "/admin/wilayah/",
        "/admin/jejak/",
    }
)


def scope_words(actor: Actor, locale: str) -> tuple[str, str]:
    """(where, as what) for the pill in the top bar: the first grant."""
    if not actor.grants:
        return "", ""
    grant = actor.grants[0]
    role = registry.registry().roles.get(grant.role)
    label: Text = role.label if role else {}
    where = grant.name or (_("National"))
    return where, pick(label, locale)
