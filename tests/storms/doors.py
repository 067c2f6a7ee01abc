"""Where a storm may strike: every form and list, with the people who may reach it and some who may not."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from models import ChoiceRow, Entry, Event, FieldRow, Period, Region, Report, SectionRow, Unit, User, db
from services import registry
from tests import world
from tests.storms.ground import VICTIM

FORM, BARE, QUERY, SHEET = "form", "bare", "query", "sheet"
Ids = Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class Door:
    """An address with ``{table}`` where an id goes, how it is struck, who may try, names a bare post is made of, and where
    the form is read when not at the address itself (a new row as a copy of one there is)."""

    path: str
    kind: str
    people: tuple[str, ...]
    names: tuple[str, ...] = ()
    weight: int = 2
    source: str = ""

    def at(self, rng: random.Random, ids: Ids) -> tuple[str, str]:
        """The address, and where its form is read, with ids that are there."""
        chosen = {name: rng.choice(found) for name, found in ids.items() if found}
        return self.path.format_map(chosen), (self.source or self.path).format_map(chosen)

    def open(self, ids: Ids) -> bool:
        """Whether there is a row to go to."""
        return all(found or f"{{{name}}}" not in self.path + self.source for name, found in ids.items())


ADMIN, ALL = ("admin",), tuple(world.PEOPLE)
NEAR = ("operator", "coordinator", "admin", "province")
ROWS = {
    "indikator": "field",
    "bagian": "section",
    "pilihan": "choice",
    "unit": "unit",
    "periode": "period",
    "kejadian": "event",
    "pengguna": "user",
    "wilayah": "region",
}
SEVERAL = ("action", "rowid", "rowid", "url")


def doors() -> list[Door]:
    """Every door there is."""
    return [*_reports(), *_admin(), *_collections(), *_lists(), *_account()]


def _reports() -> list[Door]:
    return [
        Door("/laporan/{own}", FORM, ("operator",), weight=50),
        Door("/laporan/{provincial}", FORM, ("province",), weight=15),
        Door("/laporan/{report}", FORM, ("stranger", "admin", "coordinator"), weight=2),
        Door("/laporan/{own}", BARE, ("operator",), ("_codes", "_action", "_seq", "_op", "_version", "f.PB-KLB-01"), 4),
    ]


def _admin() -> list[Door]:
    heavy = {"indikator": 14, "kejadian": 5, "pengguna": 3}
    found = []
    for name, table in ROWS.items():
        who = ("operator", "admin", "province") if name == "kejadian" else ADMIN
        found += [Door(f"/admin/{name}/new/", FORM, who, weight=1)]
        found += [Door(f"/admin/{name}/new/", FORM, who, (), heavy.get(name, 4), f"/admin/{name}/edit/?id={{{table}}}")]
        found += [Door(f"/admin/{name}/edit/?id={{{table}}}", FORM, who, weight=heavy.get(name, 4))]
        found += [
            Door(f"/admin/{name}/{verb}/", BARE, who, names, 1) for verb, names in (("delete", ("id", "url")), ("action", SEVERAL))
        ]
    found += [Door(f"/admin/{name}/geser/", BARE, ADMIN, ("geser",), 1) for name in ("indikator", "bagian", "pilihan")]
    found += [Door(f"/admin/pengguna/{page}/?id={{user}}", FORM, ADMIN, weight=1) for page in ("tautan", "serah-terima")]
    found += [Door("/admin/unit/impor/", BARE, ADMIN, ("rows", "_action", "links", "berkas"), 2)]
    found += [Door("/admin/unit/impor/", SHEET, ADMIN, weight=4)]
    return [*found, *(Door(f"/admin/terbitkan/{ref.key}/", FORM, ADMIN, weight=2) for ref in registry.registry().types.values())]


def _collections() -> list[Door]:
    found = []
    for ref in registry.registry().collections():
        base = f"/admin/konten/{ref.key}"
        edit = f"{base}/edit/?id={{{ref.key}}}"
        found += [Door(f"{base}/new/", FORM, NEAR, weight=1), Door(f"{base}/new/?unit={{unit}}", FORM, NEAR, weight=1)]
        found += [Door(f"{base}/new/", FORM, NEAR, (), 9, edit), Door(edit, FORM, NEAR, weight=11)]
        found += [Door(f"{base}/{verb}/", BARE, NEAR, ("id", "url"), 1) for verb in ("delete", "restore")]
        found += [Door(f"{base}/action/", BARE, NEAR, SEVERAL, 1)]
    return found


def _lists() -> list[Door]:
    keys = [ref.key for ref in registry.registry().collections()]
    listed = [f"/admin/{name}/" for name in (*ROWS, "jejak")] + [f"/admin/konten/{key}/" for key in keys]
    plain = (
        "endpoint",
        "self",
        "_method",
        "_external",
        "kiriman",
        "search",
        "page",
        "sort",
        "desc",
        "page_size",
        "url",
        "flt0_0",
        "flt1_unit_is",
        "flt99_x",
        "unit",
        "dihapus",
    )
    found = [Door(path, QUERY, ("admin", "operator", "leader"), plain, 4) for path in listed]
    found += [Door(f"{path}export/{kind}/", QUERY, ("admin", "operator"), plain, 1) for path in listed for kind in ("csv", "xlsx")]
    found += [
        Door("/laporan", QUERY, ALL, ("status", "formulir", "cari", "hal"), 6),
        Door("/peringkat", QUERY, ALL, ("liga", "tahun", "fase", "periode"), 6),
        Door("/daerah/32.16", QUERY, ALL, ("tahun",), 2),
        Door("/laporan/{report}", QUERY, ALL, ("periksa",), 3),
        Door("/laporan/{report}/cetak", QUERY, ALL, ("x",), 2),
        Door("/admin/terbitkan/", QUERY, ADMIN, ("x",), 1),
        Door("/", QUERY, ALL, ("x",), 2),
    ]
    odd = ("/laporan/{odd}", "/daerah/{odd}", "/berkas/{odd}/{odd}", "/admin/konten/{odd}/", "/admin/konten/anggota/edit/?id={odd}",
           "/admin/unit/edit/?id={odd}", "/admin/terbitkan/{odd}/", "/admin/konten/anggota/export/{odd}/", "/{odd}")  # fmt: skip
    return found + [Door(path, QUERY, ("admin", "operator"), ("x",), 1) for path in odd]


def _account() -> list[Door]:
    return [
        Door("/masuk", FORM, ("",), weight=2),
        Door("/masuk", BARE, ("",), ("email", "password", "next", "remember", "csrf_token"), 2),
        Door("/masuk", QUERY, ("",), ("next",), 1),
        Door("/keluar", BARE, ("",), ("next",), 1),
        Door("/kata-sandi/{odd}", BARE, ("", "leader"), ("password", "again"), 2),
        Door("/bahasa", BARE, ("", "leader"), ("bahasa", "kembali"), 2),
        *(
            Door(path, BARE, ALL, ("x",), 1)
            for path in ("/", "/healthz", "/metrics", "/peringkat", "/verify", "/admin/", "/laporan", "/keluar/")
        ),
    ]


def ids() -> dict[str, list[str]]:
    """Ids that are there now, by table and by collection. Call it inside an application context."""
    tables = {
        "report": Report,
        "field": FieldRow,
        "section": SectionRow,
        "choice": ChoiceRow,
        "unit": Unit,
        "period": Period,
        "event": Event,
        "region": Region,
    }
    found = {name: list(db.session.scalars(sa.select(table.id).order_by(table.id))) for name, table in tables.items()}
    owners = {"own": world.unit_of("32.16"), "provincial": world.unit_of("32")}
    for name, unit_id in owners.items():
        found[name] = list(db.session.scalars(sa.select(Report.id).where(Report.unit_id == unit_id).order_by(Report.id)))
    found["user"] = list(db.session.scalars(sa.select(User.id).where(User.email == VICTIM)))
    for ref in registry.registry().collections():
        found[ref.key] = list(db.session.scalars(sa.select(Entry.id).where(Entry.content_type_id == ref.id).order_by(Entry.id)))
    return found
