"""Apply and export bundles: validate everything, write the rows, publish what changed. The seed loader is ``apply``."""

import datetime as dt
import json
from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from domain.access import Actor, Permission
from domain.canonical import canonical, sha256
from domain.definitions.compile import Compiled, compile_source
from domain.definitions.diff import RETIRED, Change, ChangeClass, compare
from domain.definitions.problems import Problem
from domain.definitions.source import to_source
from domain.messages import N_, message
from domain.scoring.scheme import scheme_from
from infra import clock
from infra.ids import new_id
from models import ContentType, DraftOp, Role, RoleGrant, SchemeVersion, Version, db
from services import audit, region, registry, score
from services.definition import catalog
from services.definition_rows import source_of, write_source
from services.errors import Refused
from services.publishing import seal, start_of
from services.scope import require
from services.unit_of_work import unit_of_work

FIRST_DAY = dt.date(2020, 1, 1)


@dataclass(frozen=True)
class Plan:
    """What applying would do. *problems* by content type; *changes* likewise; *removed*: what would be retired."""

    compiled: Mapping[str, Compiled]
    changes: Mapping[str, list[Change]]

    @property
    def problems(self) -> dict[str, list[Problem]]:
        """Errors and warnings by content type."""
        return {k: list(c.problems) for k, c in self.compiled.items() if c.problems}

    @property
    def faulty(self) -> bool:
        """Whether anything stands in the way."""
        blocked = any(c.level is ChangeClass.BLOCK for listed in self.changes.values() for c in listed)
        return blocked or any(not c.publishable for c in self.compiled.values())

    @property
    def removed(self) -> list[Change]:
        """Fields that would be retired."""
        return [c for listed in self.changes.values() for c in listed if c.what == RETIRED]


def plan(types: Mapping[str, Mapping[str, Any]]) -> Plan:
    """Compile a bundle against what is published; nothing is written."""
    types = {key: with_known_ids(key, source) for key, source in types.items()}
    compiled = {key: compile_source(source, catalog(key, types)) for key, source in types.items()}
    changes = {}
    for key, result in compiled.items():
        known = registry.registry().types.get(key)
        base = registry.definition_of(known.versions[-1]) if known and known.versions else None
        listed = compare(base, result.definition)
        if base is None or base != result.definition:
            changes[key] = listed
    return Plan(compiled, changes)


def with_known_ids(key: str, source: Mapping[str, Any]) -> dict[str, Any]:
    """The source with the ids that its codes already have: a missing id never makes a second thing of one."""
    head = db.session.scalar(sa.select(ContentType).where(ContentType.key == key))
    if head is None:
        return dict(source)
    held = source_of(head)
    sections = {s["code"]: s for s in held["sections"]}
    fields = {f["code"]: f for s in held["sections"] for f in s["fields"]}
    listed = []
    for section in source.get("sections") or ():
        named = [_adopt(field, fields) for field in section.get("fields") or ()]
        listed.append(_known(section, sections) | {"fields": named})
    return dict(source) | {"id": source.get("id") or head.id, "sections": listed}


def _adopt(field: Mapping[str, Any], held: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    columns = {c["code"]: c for c in held.get(str(field.get("code")), {}).get("columns", ())}
    whole = _known(field, held)
    return whole | ({"columns": [_known(c, columns) for c in field["columns"]]} if field.get("columns") else {})


def _known(item: Mapping[str, Any], held: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    known = held.get(str(item.get("code")))
    return dict(item) | ({"id": known["id"]} if known and not item.get("id") else {})


def apply(
    actor: Actor,
    types: Mapping[str, Mapping[str, Any]],
    *,
    effective_from: dt.date | None = None,
    following: bool = False,
    reason: str = "",
) -> dict[str, int]:
    """Write and publish what differs; gives the new version numbers by key. Raises :class:`Refused` on any error.

    A new version starts with the running quarter, so that open reports have it; *following*: with the next one.
    Reports already sent keep theirs.
    """
    require(actor, Permission.DEFINITION_PUBLISH)
    with unit_of_work():
        registry.hold(ContentType.key.in_(sorted(types)), alone=True)
        planned = plan(types)
        if planned.faulty:
            raise Refused(message(N_("The bundle has errors. Nothing was applied.")))
        positions = dict(db.session.execute(sa.select(ContentType.key, ContentType.position)).all())
        published = {}
        for key in types:
            if key not in planned.changes:
                continue
            position = positions.setdefault(key, max(positions.values(), default=0) + 1)
            head = write_source(with_known_ids(key, types[key]), position)
            db.session.flush()
            compiled = compile_source(source_of(head), catalog(key, types))
            first = key not in registry.registry().types or not registry.registry().types[key].versions
            day = FIRST_DAY if first else (effective_from or start_of(head.kind, following=following))
            published[key] = seal(actor, head, compiled, day, reason)
        return published


def apply_folder(
    actor: Actor,
    types: Mapping[str, Mapping[str, Any]],
    scheme: Mapping[str, Any] | None,
    roles: Mapping[str, Any] | None,
    *,
    following: bool = False,
    reason: str = "",
) -> dict[str, int | str]:
    """A whole bundle, all of it or nothing; gives what changed by name. Raises :class:`Refused`."""
    with unit_of_work():  # types first, as who publishes holds them: two who wait for each other would wait for ever
        changed: dict[str, int | str] = dict(apply(actor, types, following=following, reason=reason))
        if roles is not None and apply_roles(actor, roles):
            changed["roles"] = "changed"
        if scheme is not None and apply_scheme(actor, scheme):
            changed["scheme"] = "new version"
    score.refresh_all()
    return changed


def fill_empty(
    actor: Actor,
    regions: Iterable[Mapping[str, str]],
    types: Mapping[str, Mapping[str, Any]],
    scheme: Mapping[str, Any],
    roles: Mapping[str, Any],
) -> int:
    """Regions and definitions of an empty database, all of it or nothing: a half-filled one would pass for filled.
    Gives how many regions there are."""
    with unit_of_work():
        made = region.seed_regions(actor, regions)
        apply_folder(actor, types, scheme, roles, reason="Definisi awal")
        return made


def apply_scheme(actor: Actor, data: Mapping[str, Any]) -> bool:
    """Publish a scheme when it differs from the newest; says whether it did."""
    require(actor, Permission.DEFINITION_PUBLISH)
    text, since = _read_scheme(data)
    with unit_of_work() as session:
        last = _newest_scheme()
        if last is not None and last.sha256 == sha256(text):
            return False
        row = SchemeVersion(id=new_id(), number=last.number + 1 if last else 1, snapshot=text, sha256=sha256(text))
        row.effective_from, row.published_at, row.published_by = since, clock.now(), actor.id or None
        session.add(row)
        registry.bump()
        audit.record(actor, "publish", "scheme", row.id, number=row.number)
        return True


def scheme_differs(data: Mapping[str, Any]) -> bool:
    """Whether applying a scheme would publish it."""
    text, _since = _read_scheme(data)
    last = _newest_scheme()
    return last is None or last.sha256 != sha256(text)


def _read_scheme(data: Mapping[str, Any]) -> tuple[str, dt.date]:
    """(canonical text, first day); raises :class:`Refused`."""
    body = {k: v for k, v in data.items() if k != "effective_from"}
    try:
        scheme_from(body)
        return canonical(body), dt.date.fromisoformat(str(data.get("effective_from", FIRST_DAY)))
    except (KeyError, TypeError, ValueError) as error:
        raise Refused(message(N_("The scheme cannot be read: %(why)s."), why=str(error))) from error


def _newest_scheme() -> SchemeVersion | None:
    return db.session.scalar(sa.select(SchemeVersion).order_by(SchemeVersion.number.desc()).limit(1))


def apply_roles(actor: Actor, data: Mapping[str, Any]) -> bool:
    """Make the roles and their permissions those of *data*; says whether anything changed. A role somebody holds stays."""
    require(actor, Permission.USER_EDIT)
    wanted = _read_roles(data)
    with unit_of_work() as session:
        if not roles_differ(data):
            return False
        held = {r.key: r for r in session.scalars(sa.select(Role))}
        _drop_roles(held.keys() - {key for key, _label, _permissions in wanted})
        for place, (key, label, permissions) in enumerate(wanted):
            row = held.get(key) or Role(key=key)
            row.label, row.permissions, row.position = label, permissions, place
            session.add(row)
        registry.bump()
        audit.record(actor, "apply", "roles", "*")
        return True


def roles_differ(data: Mapping[str, Any]) -> bool:
    """Whether applying roles would change any."""
    held = db.session.scalars(sa.select(Role).order_by(Role.position))
    return [(r.key, r.label, sorted(r.permissions)) for r in held] != _read_roles(data)


def _read_roles(data: Mapping[str, Any]) -> list[tuple[str, dict[str, str], list[Permission]]]:
    try:
        return [(r["key"], dict(r["label"]), sorted(Permission(p) for p in r["permissions"])) for r in data["roles"]]
    except (KeyError, TypeError, ValueError) as error:
        raise Refused(message(N_("The roles cannot be read: %(why)s."), why=str(error))) from error


def edited_here() -> set[str]:
    """Keys of the content types that people, not a bundle, have edited or published in this database."""
    edits = sa.select(DraftOp.content_type_id).where(DraftOp.actor_id.is_not(None))
    versions = sa.select(Version.content_type_id).where(Version.published_by.is_not(None))
    return set(db.session.scalars(sa.select(ContentType.key).where(ContentType.id.in_(edits.union(versions)))))


def _drop_roles(keys: Set[str]) -> None:
    used = db.session.scalars(sa.select(RoleGrant.role).where(RoleGrant.role.in_(sorted(keys))).distinct()).all()
    if used:
        raise Refused(
            message(N_("Somebody still holds the role %(roles)s. Take it from them first."), roles=", ".join(sorted(used)))
        )
    db.session.execute(sa.delete(Role).where(Role.key.in_(sorted(keys))))


def export() -> tuple[dict[str, dict[str, Any]], dict[str, dict[str, Any]]]:
    """(content types by key, other files by name): the newest published state."""
    known = registry.registry()
    types = {t.key: to_source(registry.definition_of(t.versions[-1])) for t in known.types.values() if t.versions}
    roles = [
        {"key": r.key, "label": dict(r.label), "permissions": sorted(str(p) for p in r.permissions)} for r in known.roles.values()
    ]
    others: dict[str, dict[str, Any]] = {"roles": {"format": 1, "roles": roles}}
    last = _newest_scheme()
    if last is not None:
        others["scheme"] = json.loads(last.snapshot) | {"effective_from": last.effective_from.isoformat()}
    return types, others
