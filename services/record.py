"""Records of collections: create, change, remove softly, restore; in the actor's scope, checked like any answer."""

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from domain.access import Actor, Permission
from domain.answers import AnswerError, Checked, Context, check, unknown_lookups
from domain.answers.parts import Answers, carried
from domain.definitions.schema import COLLECTION, Definition
from domain.messages import N_, message
from infra import clock
from models import ContentType, Entry, EntryIndex, EntryLink, EntryUnique, Region, Unit, db
from services import audit, indexing, registry
from services.entry import add_revision, new_entry
from services.errors import Forbidden, NotFound, Refused
from services.lookups import known_lookups
from services.record_merge import Merge, merged
from services.scope import load, place_of
from services.unit_of_work import unit_of_work


class Faulty(Refused):
    """The record has faults; each stands at its field. *merged*: (the whole document that has them, the ``lock_version`` it was
    merged with), where a page met what others saved."""

    def __init__(self, faults: tuple[AnswerError, ...], merged: tuple[Answers, int] | None = None) -> None:
        super().__init__(message(N_("Some answers need repair.")))
        self.errors = faults
        self.merged = merged


def definition_for(key: str) -> tuple[registry.VersionRef, Definition]:
    """The current definition of a collection; raises :class:`NotFound`."""
    registry.registry().type(key, COLLECTION)
    return registry.registry().current(key, clock.local("WIB").date())


def get_for(actor: Actor, key: str, entry_id: str, permission: Permission = Permission.RECORD_READ, lock: bool = False) -> Entry:
    """Load a live record of a collection and authorise in one call."""
    entry = load(actor, Entry, entry_id, permission, read=Permission.RECORD_READ, lock=lock)
    if entry.content_type_id != registry.registry().type(key, COLLECTION).id or entry.deleted_at is not None:
        raise NotFound
    if permission is Permission.RECORD_EDIT:
        _refuse_unseen(actor, entry, key)
    return entry


def _refuse_unseen(actor: Actor, entry: Entry, key: str) -> None:
    """Nobody changes what is hidden from them: the form would show it."""
    if any(f.personal for f in definition_for(key)[1].fields) and not actor.may(Permission.CONTACT_READ, place_of(entry)):
        raise Forbidden


MENDED_AT_ONCE = 100
ZONE = sa.select(Region.zone).join(Unit, Unit.region_id == Region.id).where(Unit.id == sa.bindparam("unit"))


def checked(definition: Definition, doc: Mapping[str, Any], zone: str) -> Checked:
    """Check a record's document today."""
    return check(definition, doc, Context(clock.local(zone).date()))


def save(
    actor: Actor,
    key: str,
    unit_id: str,
    answers: Answers,
    entry_id: str | None = None,
    *,
    seen: int = 0,
    op_key: str = "",
) -> str:
    """Create a record for a unit, or change one; raises :class:`Faulty` with every fault. Gives its id.

    *seen*: the ``lock_version`` its page was made from; what others changed since is kept, and :class:`Clash` raised where the
    two do not go together. *op_key*: the page's own key; the same page sent twice makes one record.
    """
    with unit_of_work():
        registry.hold(ContentType.key == key)
        version, definition = definition_for(key)
        entry = _for_change(actor, key, unit_id, version, entry_id)
        saved = dict(entry.doc or {})
        merge = merged(entry, definition, answers, seen) if entry_id else Merge(answers)
        result = _put(key, definition, entry, merge.answers)
        merge.refuse_clash(saved, result.relevant)
        if op_key and not entry_id:
            entry.op_key = f"{actor.id}:{op_key}"[:80]
            twin = _twin(entry)
            if twin is not None:
                return twin.id
        faults = result.errors + unknown_lookups(result, known_lookups(actor, entry.unit_id, result.lookups, hold=True))
        faults += _taken(entry, definition)
        if faults:
            raise Faulty(faults, ({**saved, **merge.answers}, merge.seen) if merge.seen else None)
        entry.version_id = version.id
        _store(actor, entry, definition, "edit" if entry_id else "add")
        audit.record(actor, "edit" if entry_id else "add", "record", entry.id, entry.unit_id, type=key, fields=sorted(answers))
        return entry.id


def _store(actor: Actor, entry: Entry, definition: Definition, verb: str) -> None:
    """Write the record with what is projected from it, one change further."""
    entry.updated_at, entry.updated_by = clock.now(), actor.id or None
    entry.lock_version = (entry.lock_version or 0) + 1
    indexing.index_entry(entry, definition)
    add_revision(actor, entry, verb)


def _put(key: str, definition: Definition, entry: Entry, answers: Answers) -> Checked:
    """Put the answers into the record's document, checked as a whole."""
    kept = _asked_no_longer(key, definition, {**(entry.doc or {}), **answers})
    before = dict(entry.doc or {})
    typed = {code: carried(definition, code, answer, before.get(code) or {}) for code, answer in answers.items()}
    result = checked(definition, before | typed, entry_zone(entry))
    entry.doc = kept | result.relevant_doc()
    return result


def _asked_no_longer(key: str, definition: Definition, doc: Mapping[str, Any]) -> dict[str, Any]:
    """Answers to questions of earlier versions: they stay as they were, or as a page of that version said."""
    earlier = {code for version in registry.registry().type(key).versions for code in registry.definition_of(version).by_code}
    return {code: answer for code, answer in doc.items() if code in earlier and code not in definition.by_code}


def _for_change(actor: Actor, key: str, unit_id: str, version: registry.VersionRef, entry_id: str | None) -> Entry:
    if entry_id is not None:
        return get_for(actor, key, entry_id, Permission.RECORD_EDIT, lock=True)
    unit = load(actor, Unit, unit_id, Permission.RECORD_EDIT, read=Permission.UNIT_READ, lock=True)
    return new_entry(unit, registry.registry().type(key).id, version.id)


def _twin(entry: Entry) -> Entry | None:
    """The record the same page made already, saying the same: its button was pressed twice. The unit is locked, so two
    presses queue. A page that was changed and sent again makes another record."""
    made = db.session.scalars(
        sa.select(Entry).where(
            Entry.unit_id == entry.unit_id,
            Entry.content_type_id == entry.content_type_id,
            Entry.op_key == entry.op_key,
            Entry.deleted_at.is_(None),
        )
    )
    return next((found for found in made if found.doc == entry.doc), None)


def _taken(entry: Entry, definition: Definition) -> tuple[AnswerError, ...]:
    """Faults for values that another live record already has."""
    codes = {f.id: f for f in definition.fields}
    found = []
    for row in indexing.unique_rows(entry, definition):
        if indexing.holder(row) not in (None, entry.id):
            field = codes[row["field_id"]]
            found.append(AnswerError(field.code, "", message(N_("Another record already has this %(field)s."), field=field.label)))
    return tuple(found)


def _dangling(actor: Actor, entry: Entry, definition: Definition) -> tuple[AnswerError, ...]:
    """Faults for records it names that are gone."""
    result = checked(definition, entry.doc, entry_zone(entry))
    return unknown_lookups(result, known_lookups(actor, entry.unit_id, result.lookups, hold=True))


def entry_zone(entry: Entry) -> str:
    """The time zone of the unit an entry belongs to."""
    return str(db.session.connection().scalar(ZONE, {"unit": entry.unit_id}))


def delete(actor: Actor, key: str, entry_id: str, besides: Sequence[str] = ()) -> None:
    """Take a record off the lists; it can be restored. Refused while others than *besides* refer to it."""
    with unit_of_work() as session:
        registry.hold(ContentType.key == key)
        entry = get_for(actor, key, entry_id, Permission.RECORD_EDIT, lock=True)
        users = session.scalar(
            sa.select(sa.func.count())
            .select_from(EntryLink)
            .join(Entry, Entry.id == EntryLink.entry_id)
            .where(EntryLink.target_id == entry.id, Entry.deleted_at.is_(None), Entry.id.not_in([*besides, entry.id]))
        )
        if users:
            raise Refused(message(N_("%(n)s other records use “%(title)s”. Change them first."), n=users, title=entry.title))
        entry.deleted_at = clock.now()
        entry.lock_version += 1
        indexing.index_entry(entry, definition_for(key)[1])
        add_revision(actor, entry, "delete")
        audit.record(actor, "delete", "record", entry.id, entry.unit_id, type=key)


def delete_many(actor: Actor, key: str, entry_ids: Sequence[str]) -> int:
    """Take several records off the lists, all or none; gives their number."""
    with unit_of_work():
        for entry_id in entry_ids:
            delete(actor, key, entry_id, entry_ids)
    return len(entry_ids)


def restore(actor: Actor, key: str, entry_id: str) -> None:
    """Bring a removed record back; refused when its place was taken meanwhile."""
    with unit_of_work():
        registry.hold(ContentType.key == key)
        entry = load(actor, Entry, entry_id, Permission.RECORD_EDIT, read=Permission.RECORD_READ, lock=True)
        if entry.content_type_id != registry.registry().type(key, COLLECTION).id or entry.deleted_at is None:
            raise NotFound
        _refuse_unseen(actor, entry, key)
        _version, definition = definition_for(key)
        entry.deleted_at = None
        faults = _taken(entry, definition) + _dangling(actor, entry, definition)
        if faults:
            raise Refused(message(N_("It cannot come back as it was: %(why)s"), why=faults[0].why))
        entry.lock_version += 1
        indexing.index_entry(entry, definition)
        db.session.flush()
        add_revision(actor, entry, "restore")
        audit.record(actor, "restore", "record", entry.id, entry.unit_id, type=key)


def rebuild_differences() -> list[str]:
    """Compare the projections of every record with its document, then write the right ones."""
    names: list[str] = []
    types = {t.id: t for t in registry.registry().collections()}
    entries = db.session.scalars(
        sa.select(Entry).join(ContentType, ContentType.id == Entry.content_type_id).where(ContentType.kind == COLLECTION)
    ).all()
    mend: dict[str, Definition] = {}
    for entry in entries:
        if entry.content_type_id not in types:
            continue
        _version, definition = definition_for(types[entry.content_type_id].key)
        wrong = indexing.wrong_projections(entry, definition)
        if wrong:
            names.extend(f"record {types[entry.content_type_id].key} {entry.id} {what}" for what in wrong)
            mend[entry.id] = definition
    _mend(mend)
    return names + _foreign_rows()


def _mend(wrong: Mapping[str, Definition]) -> None:
    """Project these records again, a few in each write; first no key may stand with another."""
    parts = [sorted(wrong)[start : start + MENDED_AT_ONCE] for start in range(0, len(wrong), MENDED_AT_ONCE)]
    for part in parts:
        with unit_of_work() as session:
            session.execute(sa.delete(EntryUnique).where(EntryUnique.entry_id.in_(part)))
    for part in parts:
        with unit_of_work() as session:
            again = sa.select(Entry).where(Entry.id.in_(part)).with_for_update().execution_options(populate_existing=True)
            for entry in session.scalars(again):
                indexing.index_entry(entry, wrong[entry.id])


def _foreign_rows() -> list[str]:
    """Projections of what is no record: named, then removed."""
    reports = sa.select(Entry.id).join(ContentType, ContentType.id == Entry.content_type_id).where(ContentType.kind != COLLECTION)
    found = []
    with unit_of_work() as session:
        for table in (EntryIndex, EntryLink, EntryUnique):
            held = session.scalars(sa.select(table.entry_id).where(table.entry_id.in_(reports)).distinct()).all()
            found += [f"{table.__tablename__} {entry_id} of no record" for entry_id in sorted(held)]
            session.execute(sa.delete(table).where(table.entry_id.in_(held)))
    return found
