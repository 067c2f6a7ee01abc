"""Users: their roles, the links by which they choose a password, and who follows them."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from flask import flash, g, redirect, request, url_for
from flask_admin import expose
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_security import hash_password

from admin.audit_words import moment
from admin.base import ServiceView, put_faults
from admin.filters import OptionFilter, words
from domain.access import Permission
from domain.access.policy import ScopeKind
from domain.messages import N_, pick
from forms import admin_forms
from forms.texts import formatter, locale, text
from infra import clock
from models import Region, RoleGrant, Unit, User, db
from services import access_link, registry, sign_in, succession, user
from services.errors import Refused, Stale
from services.user import GrantWish
from shell.request import actor

UNUSED_DAYS = 90
USAGE = {
    "never": N_("never signed in"),
    "long": N_("not here for %(n)s days"),
    "closed": N_("may not sign in"),
    "resting": N_("rests after wrong passwords"),
}


def unused(what: str) -> Any:
    """The condition of a kind of account nobody uses: what an administrator looks through now and then."""
    before = clock.now() - dt.timedelta(days=UNUSED_DAYS)
    active = User.active.is_(True)
    return {
        "never": sa.and_(active, User.last_seen_at.is_(None)),
        "long": sa.and_(active, sa.func.coalesce(User.last_seen_at, User.created_at) < before),
        "closed": User.active.is_(False),
        "resting": User.locked_until > clock.now(),
    }[what]


class UserView(ServiceView):
    """Users and their roles."""

    table = User
    read, write = Permission.USER_READ, Permission.USER_EDIT
    scoped = False
    national = True
    title, item, icon = _l("Users"), _l("user"), "gear"
    intro = _l("A role holds in the place it is granted for.")
    form = admin_forms.UserForm
    column_list = ("name", "email", "grants", "active", "last_seen_at")
    column_labels = {
        "name": _l("Name or office"),
        "email": _l("E-mail"),
        "grants": _l("Roles"),
        "active": _l("May sign in"),
        "last_seen_at": _l("Last here"),
    }
    column_sortable_list = ("name", "email", "active", "last_seen_at")
    column_default_sort = "name"
    column_searchable_list = ("name", "email")
    column_filters = (OptionFilter(User.last_seen_at, _l("Use of the account"), words(USAGE, n=UNUSED_DAYS), unused),)
    named_filter_urls = False
    """A filter's name is in the reader's language; its address must not be."""
    column_formatters = {
        "grants": lambda _v, _c, m, _n: "; ".join(grant_words(g) for g in user.grants_of(m.id)),
        "active": lambda _v, _c, m, _n: state_of(m),
        "last_seen_at": lambda _v, _c, m, _n: _local_day(m.last_seen_at) if m.last_seen_at else _("never"),
    }

    def __init__(self) -> None:
        super().__init__(endpoint="pengguna", url="/admin/pengguna")

    def also_found(self, word: str) -> list[Any]:
        """People whose role holds in a place of that name."""
        found = (sa.select(place.id).where(place.name.icontains(word, autoescape=True)) for place in (Region, Unit))
        return [User.id.in_(sa.select(RoleGrant.user_id).where(RoleGrant.scope_id.in_(places))) for places in found]

    def create_form(self, obj: Any = None) -> Any:
        form = super().create_form(obj)
        form.offer(role_choices(), place_choices())
        form.password.description = _("leave empty: the person chooses one through a link you hand on")
        return form

    def edit_form(self, obj: Any = None) -> Any:
        form = super().edit_form(obj)
        held = [(g.role, f"{g.scope_kind}|{g.scope_id}") for g in user.grants_of(obj.id)]
        form.offer(role_choices(), place_choices(held))
        form.beyond = held[3:]
        if not form.is_submitted():
            _tell_of_rest(obj)
            form.hold(held)
            form.password.data = ""
        form.email.render_kw = {"readonly": True}
        return form

    def create(self, form: Any) -> Any:
        made = user.create(
            actor(),
            email=form.email.data,
            name=form.name.data,
            password=form.password.data or "",
            hasher=hash_password,
            grants=_wishes(form),
        )
        _tell_of_reach(form)
        g.invited = "" if form.password.data else made
        return made

    def change(self, form: Any, model: Any) -> None:
        user.update(
            actor(),
            model.id,
            name=form.name.data,
            active=form.active.data,
            grants=_wishes(form),
            password=form.password.data or "",
            hasher=hash_password,
            seen=form.seen_version,
        )
        _tell_of_reach(form)

    def get_save_return_url(self, model: Any, is_created: bool = False) -> str:
        """To the link of a person who has no password yet, else back to the list."""
        invited = g.get("invited")
        return url_for(".link_view", id=invited) if invited else super().get_save_return_url(model, is_created)

    def more_actions(self, model: Any) -> list[tuple[str, str, str]]:
        """(address, icon, word) of what else can be done with a person."""
        return [
            (url_for(".link_view", id=model.id), "link", _("Link to choose a password")),
            (url_for(".hand_over_view", id=model.id), "users", _("Hand over to a successor")),
        ]

    @expose("/tautan/", methods=("GET", "POST"))
    def link_view(self) -> Any:
        """Make the link by which a person chooses a password; it is shown this once."""
        person = self.loaded(self.get_one(request.values.get("id", "")))
        made = access_link.make(actor(), person.id) if request.method == "POST" else None
        address = url_for("password.choose", secret=made.secret, _external=True) if made else ""
        page = {"person": person, "address": address, "made": made, "before": access_link.newest([person.id]).get(person.id)}
        return self.render("admin/user_link.html", now=clock.now(), days=access_link.DAYS, **page)

    @expose("/serah-terima/", methods=("GET", "POST"))
    def hand_over_view(self) -> Any:
        """Give a person's roles to whoever follows them, and let the account rest."""
        person = self.loaded(self.get_one(request.values.get("id", "")))
        form = admin_forms.SuccessorForm()
        follower = self._handed_over(person, form) if form.validate_on_submit() else ""
        if follower:
            return redirect(url_for(".index_view" if self.get_one(follower).password else ".link_view", id=follower))
        form.seen.data = person.lock_version  # what this page shows now
        left = succession.left_behind(actor(), person.id)
        return self.render("admin/hand_over.html", person=person, form=form, left=left, words=grant_words)

    def _handed_over(self, person: Any, form: Any) -> str:
        try:
            follower = succession.hand_over(
                actor(), person.id, email=form.email.data, name=form.name.data or "", seen=form.seen_version
            )
        except Stale:
            db.session.refresh(person)
            flash(_("This account was changed since you opened the page. Look at what it holds now, then hand it over."), "bad")
            return ""
        except Refused as refused:
            put_faults(form, refused)
            return ""
        to = self.get_one(follower).name
        flash(
            _("The roles of %(name)s went to %(to)s. The account of %(name)s may not sign in any more.", name=person.name, to=to),
            "ok",
        )
        return follower


def _local_day(moment: dt.datetime) -> str:
    return formatter().date(clock.local("WIB", moment).date(), short=True)


def state_of(person: User) -> str:
    """Whether a person may sign in, and what is missing until they can."""
    if not person.active:
        return _("No")
    if sign_in.locked(person) and person.locked_until is not None:
        return _("Rests until %(time)s after wrong passwords", time=moment(person.locked_until))
    if person.password:
        return _("Yes")
    link = _links().get(person.id)
    if link is None or link.closed_at is not None or link.expires_at <= clock.now():
        return _("Not yet: make a link")
    return _("Not yet: link open until %(day)s", day=_local_day(link.expires_at))


def _links() -> Mapping[str, Any]:
    """The newest link of everyone without a password; read once per request, for lists show one in every line."""
    if "newest_links" not in g:
        waiting = db.session.scalars(sa.select(User.id).where(User.password == "")).all()
        g.newest_links = access_link.newest(waiting)
    return g.newest_links  # type: ignore[no-any-return]


def _tell_of_rest(person: User) -> None:
    if person.active and sign_in.locked(person):
        flash(_("%(state)s. Who must sign in sooner chooses a password through a link.", state=state_of(person)), "info")


def _tell_of_reach(form: Any) -> None:
    """An account without a role is of no use yet; one that fills in the reports of the whole country is rarely meant."""
    if not form.wished():
        flash(_("This account has no role yet: it can sign in but open nothing."), "warn")
    roles = registry.registry().roles
    wide = [
        roles[w.role] for w in _wishes(form) if w.kind == ScopeKind.NATIONAL and Permission.REPORT_FILL in roles[w.role].permissions
    ]
    for role in wide:
        flash(
            _("%(role)s holds for the whole country: this account fills in every region's reports.", role=text(role.label)), "warn"
        )


def _wishes(form: Any) -> list[GrantWish]:
    return [GrantWish(role, *place.partition("|")[::2]) for role, place in form.wished()]


def grant_words(grant: RoleGrant) -> str:
    """``Operator BPBD (Kabupaten Bekasi)``."""
    role = registry.registry().roles.get(grant.role)
    where = place_words(grant.scope_kind, grant.scope_id)
    return f"{pick(role.label if role else {}, locale()) or grant.role} ({where})"


def place_words(kind: str, scope_id: str) -> str:
    """A grant's place by name."""
    row = db.session.get(Unit if kind == "unit" else Region, scope_id) if scope_id else None
    return row.name if row else scope_id or _("national")


def role_choices() -> list[tuple[str, str]]:
    """Every role."""
    return [(role.key, pick(role.label, locale())) for role in registry.registry().roles.values()]


def place_choices(held: Sequence[tuple[str, str]] = ()) -> list[tuple[str, str]]:
    """The nation, the provinces, the regions that have a cluster, and whatever place a person already holds a role in."""
    units = db.session.scalars(sa.select(Unit).order_by(Unit.name)).all()
    provinces = db.session.scalars(sa.select(Region).where(Region.level == "province").order_by(Region.code)).all()
    whole = _("all of")
    listed = [("national|", _("national"))] + [(f"province|{p.id}", f"{whole} {p.name}") for p in provinces]
    own = _("the cluster of the province itself")
    listed += [(f"region|{u.region_id}", u.region.name if u.region.parent_id else f"{u.region.name} ({own})") for u in units]
    known = dict(listed)
    return listed + [(place, place_words(*place.partition("|")[::2])) for place in dict(held).values() if place not in known]
