"""The registry: which content types, versions, schemes and roles are in force. A request reads its epoch once, and the rest
only when that has moved."""

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import sqlalchemy as sa

from domain.access import Permission
from domain.definitions.compile import load
from domain.definitions.schema import COLLECTION, PHASE_FORM, Definition
from domain.messages import Text
from domain.scoring.scheme import Scheme, scheme_from
from models import ContentType, RegistryState, Role, SchemeVersion, Version, db
from services.errors import NotFound
from services.unit_of_work import BUMPED, HELD


@dataclass(frozen=True, slots=True)
class VersionRef:
    """A published version, without its snapshot."""

    id: str
    number: int
    effective_from: dt.date
    sha256: str


@dataclass(frozen=True, slots=True)
class TypeRef:
    """A content type with its published versions, oldest first."""

    id: str
    key: str
    kind: str
    versions: tuple[VersionRef, ...]

    def on(self, day: dt.date) -> VersionRef | None:
        """The newest version in force on *day*; before the first one, the first."""
        known = [v for v in self.versions if v.effective_from <= day]
        return known[-1] if known else (self.versions[0] if self.versions else None)

    def version(self, version_id: str) -> VersionRef:
        """One version by id."""
        return next(v for v in self.versions if v.id == version_id)


@dataclass(frozen=True)
class RoleRef:
    """A role as data."""

    key: str
    label: Text
    permissions: frozenset[Permission]


@dataclass(frozen=True)
class Registry:
    """What is in force, as one immutable object."""

    epoch: int
    types: Mapping[str, TypeRef]
    schemes: tuple[VersionRef, ...]
    roles: Mapping[str, RoleRef]

    def type(self, key: str, kind: str | None = None) -> TypeRef:
        """A published content type; raises :class:`NotFound`."""
        found = self.types.get(key)
        if found is None or not found.versions or (kind is not None and found.kind != kind):
            raise NotFound
        return found

    def by_id(self, type_id: str) -> TypeRef:
        """A content type by id."""
        return next(t for t in self.types.values() if t.id == type_id)

    def forms(self) -> list[TypeRef]:
        """Published phase forms in order."""
        return [t for t in self.types.values() if t.kind == PHASE_FORM and t.versions]

    def collections(self) -> list[TypeRef]:
        """Published collections in order."""
        return [t for t in self.types.values() if t.kind == COLLECTION and t.versions]

    def current(self, key: str, day: dt.date) -> tuple[VersionRef, Definition]:
        """The version of a content type in force on *day*, and its definition."""
        version = self.type(key).on(day)
        assert version is not None
        return version, definition_of(version)

    def scheme_on(self, day: dt.date) -> tuple[VersionRef, Scheme]:
        """The scoring scheme in force on *day*."""
        known = [s for s in self.schemes if s.effective_from <= day] or list(self.schemes[:1])
        if not known:
            raise NotFound
        return known[-1], _scheme(known[-1].id, known[-1].sha256)


_latest: dict[int, Registry] = {}
EPOCH = sa.select(RegistryState.__table__.c.epoch)


def registry(epoch: int | None = None) -> Registry:
    """The registry as this request found it: read once, held by the session until a unit of work begins or ends.

    One cheap read of the epoch (none when the caller has just read *epoch* with something else), the rest only when it
    has moved.
    """
    if db.session.info.get(BUMPED):
        return _read()  # not committed yet: nobody else may see it
    held: Registry | None = db.session.info.get(HELD)
    if held is None:
        held = db.session.info[HELD] = _current(epoch)
    return held


def _current(epoch: int | None) -> Registry:
    engine = id(db.engine)
    if epoch is None:
        epoch = db.session.connection().scalar(EPOCH) or 0
    kept = _latest.get(engine)
    if kept is None or kept.epoch != epoch:
        kept = _latest[engine] = _read()
    return kept


def hold(which: sa.ColumnElement[bool], alone: bool = False) -> None:
    """Nobody publishes these content types before the transaction ends (*alone*: nobody writes under them either); what is in
    force is read again after this. SQLite has one writer anyway."""
    query = sa.select(ContentType.id).where(which).order_by(ContentType.id).with_for_update(read=not alone)
    db.session.connection().execute(query).all()
    db.session.info.pop(HELD, None)


def forget() -> None:
    """Drop what is kept of a database (tests that exchange it underneath need it); definitions are kept by their hash."""
    db.session.info.pop(HELD, None)
    _latest.clear()


def bump() -> None:
    """Say that something compiled from data has changed; part of the writing transaction."""
    db.session.execute(sa.update(RegistryState).values(epoch=RegistryState.epoch + 1))
    db.session.info[BUMPED] = True


def _read() -> Registry:
    epoch = sa.select(RegistryState.epoch).scalar_subquery().label("epoch")
    versions = sa.select(
        epoch,
        sa.literal("type").label("what"),
        ContentType.id.label("type_id"),
        ContentType.key.label("key"),
        ContentType.kind.label("kind"),
        ContentType.position.label("position"),
        Version.id.label("id"),
        Version.number.label("number"),
        Version.effective_from.label("since"),
        Version.sha256.label("sha256"),
    ).outerjoin(Version, Version.content_type_id == ContentType.id)
    schemes = sa.select(
        epoch,
        sa.literal("scheme"),
        sa.null(),
        sa.null(),
        sa.null(),
        sa.literal(0),
        SchemeVersion.id,
        SchemeVersion.number,
        SchemeVersion.effective_from,
        SchemeVersion.sha256,
    )
    rows = db.session.execute(sa.union_all(versions, schemes)).all()
    found = sorted((r for r in rows if r.what == "type"), key=lambda r: (r.position, r.key, r.number or 0))
    types: dict[str, TypeRef] = {}
    for row in found:
        known = types.get(row.key) or TypeRef(row.type_id, row.key, row.kind, ())
        mine = (_version(row),) if row.id else ()
        types[row.key] = TypeRef(row.type_id, row.key, row.kind, known.versions + mine)
    scheme_refs = tuple(_version(r) for r in sorted((r for r in rows if r.what == "scheme"), key=lambda r: r.number))
    return Registry(rows[0].epoch if rows else 0, types, scheme_refs, _roles())


def _version(row: "sa.Row[tuple[object, ...]]") -> VersionRef:
    return VersionRef(row.id, row.number, row.since, row.sha256)


def _roles() -> dict[str, RoleRef]:
    rows = db.session.scalars(sa.select(Role).order_by(Role.position))
    return {
        r.key: RoleRef(r.key, r.label, frozenset(p for p in Permission if isinstance(r.permissions, list) and p in r.permissions))
        for r in rows
    }


def definition_of(version: VersionRef) -> Definition:
    """The compiled definition of a version, kept by (id, sha256)."""
    return _definition(version.id, version.sha256)


@lru_cache(maxsize=256)
def _definition(version_id: str, _sha256: str) -> Definition:
    text = db.session.scalar(sa.select(Version.snapshot).where(Version.id == version_id))
    return load(json.loads(text or "{}"))


@lru_cache(maxsize=32)
def _scheme(scheme_id: str, _sha256: str) -> Scheme:
    text = db.session.scalar(sa.select(SchemeVersion.snapshot).where(SchemeVersion.id == scheme_id))
    return scheme_from(json.loads(text or "{}"))
