"""Drawn forms and what people type into them: fit and unfit, for every type of field, with rules that read each other."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from domain.definitions.schema import Definition, Field
from domain.fields import TYPES, of
from domain.fields.dates import MONTH_NUMBERS
from forms.fields import adapter_of
from tests.unit.make import compiled, form, item, option, section

NUMBERS = ("", "0", "12", "-3", "1.000", "1,000", "2,5", "2.5", "2,50", "1.234,5", "1.000,", ",5", "0,125", "12,000", "1e3", "٣", "−4", "- 4",
           "1 200", "1\xa0200", "999999999999999", "9999999999999999", "0000000000000001", "0,1234567890123", "Rp 1.500,-", "rp. 2.000,00", "Rp5,–", "--1", "12.", "1.0",
           "100", "101", "250", "dua")  # fmt: skip
WORDS = ("", "a", " a  b ", "Bekasi", "ya", "YA", "tidak", "no", "1", "k1", "k2", "2", "k9", "x" * 70, "x" * 201, "😀" * 12, "e\u0301", "\ud800", "a\x00b", "\x1f8\x85",
         "021 555 0100", "021-555 (0100)", "+62", "a@b.c", "a b@c.d", "a@b", "baris 1\r\nbaris 2", "http://a.b", "https://bpbd.example.go.id/x?y#z", "HTTPS://A.B", "ftp://a.b",
         "https://a", "https://a.b c", "https://[::1]", "constructor", "AB12", "ab-12")  # fmt: skip
DAYS = ("", "20/09/2026", "3/9/2026", "03-09-2026", "3.9.2026", "3 9 2026", "2026-09-03", "20260903", "2026-W36-4", "2026-9-3", "31/02/2026", "29/02/2024", "29/02/2023", "3 Januari 2026",
        "3 OKTOBER 2026", "3 okt 2026", "3 agt 2026", "3 Mei", "3 ſep 2026", "01/01/1945", "01/01/2101", "32/01/2026", "besok", "٣/9/2026", "24/11/2026", "25/11/2026", "31/12/2026", "1/1/0000")  # fmt: skip
TIMES = ("", "20.30", "8:05", "24.00", "12.60", "7.05:30", "7.05.30.5", "pagi", "00.00", "23.59", "6.30")
PLACES = (
    "",
    "-6,36 107,17",
    "-6.3650,107.1730",
    "-6.365 107.173",
    "-6,3650; 107,1730",
    "91 0",
    "1 2 3",
    "x y",
    ",",
    ", ,",
    "6,3 , 107,1",
    "-6.365, 107.173",
    "0 -181",
    " 5,5  6 ",
)
IDS = ("r1", "n1", "r2", "bad id", "", "r1", "x_y-9")
CONDITIONS = ("${%s} = ''", "${%s} != ''", "not(${%s} = '')", "${%s} != '' and ${%s} != ''", "${%s} = '' or ${%s} != ''", "true()", "${_quarter} != 4", "${other:X} = true()",
              "count-selected(${%s}) >= 0")  # fmt: skip


def text(words: str) -> dict[str, str]:
    """Words that differ by language."""
    return {"id": words, "en": f"{words} (en)"}


@dataclass
class Shape:
    """A way to ask: the type and what else a bundle says; *limits*: rules that fit what it gives."""

    type: str
    more: dict[str, Any]
    limits: tuple[str, ...] = ()


COUNT = {"collection": "things", "aggregate": "count"}
OPTIONS = [option("k1"), option("2"), option("1"), option("k2", retired=True), option("constructor")]
NUMERIC = (". >= 2", ". <= 100", ". != 7", ". mod 2 = 0")
DATED = (". <= today()", ". >= date('2026-01-01')", ". > ${_period_end}")
WORDED = ("string-length(.) <= 5", "regex(., '[a-z ]+')", ". != 'a'")
SHAPES = (
    Shape("yes_no", {}, (". = true()",)),
    Shape("integer", {}, NUMERIC),
    Shape("integer", {"options": {"min": 2, "max": 1000, "plain": True}}, NUMERIC),
    Shape("integer", {"options": {"unit": text("orang"), "max": 50}}, NUMERIC),
    Shape("decimal", {}, NUMERIC),
    Shape("decimal", {"options": {"places": 12, "min": -2.5}}, NUMERIC),
    Shape("decimal", {"options": {"places": 0}}, NUMERIC),
    Shape("percent", {"options": {"numerator": text("yang ikut"), "denominator": text("semua")}}, NUMERIC),
    Shape("percent", {"options": {"decimals": 2, "max_percent": 250}}, NUMERIC),
    Shape("percent", {"options": {"denominator_measure": COUNT}}, NUMERIC),
    Shape("money", {"options": {"min": 100}}, NUMERIC),
    Shape("text", {}, WORDED),
    Shape("text", {"options": {"max_length": 10}}, WORDED),
    Shape("text", {"options": {"pattern": "[A-Z]{2}[0-9]+"}}, WORDED),
    Shape("text", {"options": {"kind": "phone"}}, WORDED),
    Shape("text", {"options": {"kind": "email"}}, WORDED),
    Shape("long_text", {"options": {"max_length": 20}}),
    Shape("date", {}, DATED),
    Shape("date", {"options": {"not_future": True}}, DATED),
    Shape("datetime", {}, DATED),
    Shape("datetime", {"options": {"not_future": True}}, DATED),
    Shape("date_range", {}, DATED),
    Shape("date_range", {"options": {"open_end": True}}, DATED),
    Shape("duration", {}, NUMERIC),
    Shape("duration", {"options": {"start": "event_declared"}}, NUMERIC),
    Shape("single_choice", {"choices": OPTIONS}, (". = 'k1'",)),
    Shape("multiple_choice", {"choices": OPTIONS}, ("selected(., 'k1')", "count-selected(.) <= 2")),
    Shape("reference", {"options": {"target": "things"}}, (". != 'a'",)),
    Shape("file", {"options": {"max_files": 1}}, ("count-selected(.) < 2",)),
    Shape("link", {}, (". != 'http://a.b'",)),
    Shape("geopoint", {}, ("string-length(.) > 5",)),
    Shape("table", {}),
    Shape("calculated", {}),
    Shape("automatic", {"options": {"measure": COUNT}}),
    Shape("note", {}),
)


class Typist:
    """Draws forms, and answers as typed. One chance gives one row of both."""

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance

    # ---- forms ------------------------------------------------------------------------------------------------------

    def form(self) -> Definition:
        """A form of some questions, most of them with a rule of some kind."""
        shapes = self.chance.sample(SHAPES, self.chance.randint(4, 14))
        asked: list[dict[str, Any]] = []
        for place, shape in enumerate(shapes):
            asked.append(self._field(f"A{place}" if place else "constructor", shape, asked))
        cut = self.chance.randint(1, len(asked))
        parts = [section(name, *some) for name, some in (("S", asked[:cut]), ("T", asked[cut:])) if some]
        done = compiled(form(*parts, subject="period"))
        assert done.publishable, done.problems
        return done.definition

    def _field(self, code: str, shape: Shape, asked: list[dict[str, Any]]) -> dict[str, Any]:
        before, parts = [a["code"] for a in asked if a["type"] != "note"], self._part(asked)
        more: dict[str, Any] = dict(shape.more)
        if shape.type == "table":
            more |= self._table()
        if shape.type == "calculated":
            more |= {
                "calculation": self._sum(before, parts),
                "options": self.chance.choice(({}, {"places": 1}, {"unit": text("unit")})),
            }
        if shape.type not in ("note", "calculated", "automatic"):
            more |= self._rules(shape)
        if before and self.chance.random() < 0.35:
            more["relevant"] = self._condition(before)
        return item(code, shape.type) | {"label": text(code)} | more

    def _rules(self, shape: Shape) -> dict[str, Any]:
        some: dict[str, Any] = {"required": self.chance.random() < 0.6}
        if shape.limits and self.chance.random() < 0.4:
            some |= {"constraint": self.chance.choice(shape.limits)}
            some |= {"constraint_message": text("Tidak cocok.")} if self.chance.random() < 0.5 else {}
        if shape.limits and self.chance.random() < 0.2:
            some |= {"warning": self.chance.choice(shape.limits), "warning_message": text("Yakin?")}
        if shape.type != "file" and self.chance.random() < 0.3:
            kinds = self.chance.choice((["pdf", "image"], ["link"]))
            some["evidence"] = {
                "label": text("SK"),
                "required": self.chance.choice(("true()", ". != ''", "false()")),
                "kinds": kinds,
            }
        return some

    def _condition(self, before: list[str]) -> str:
        source = self.chance.choice(CONDITIONS)
        return source % tuple(self.chance.choice(before) for _ in range(source.count("%s")))

    def _part(self, asked: list[dict[str, Any]]) -> list[str]:
        """Ways to read a part of what was asked before."""
        parts = {"percent": ("n", "d"), "date_range": ("start", "end"), "table": ("c0",)}
        return [f"${{{a['code']}/{part}}}" for a in asked for part in parts.get(a["type"], ())]

    def _sum(self, before: list[str], parts: list[str]) -> str:
        if parts and self.chance.random() < 0.5:
            return self.chance.choice(("count(%s)", "sum(%s, 1)", "max(%s)")) % self.chance.choice(parts)
        read = [f"number(string(${{{code}}}))" for code in self.chance.sample(before, min(3, len(before)))]
        plain = self.chance.choice(("today()", "true()", "'kata'", "-0.25"))
        return f"sum({', '.join(read)}) div 3" if read and self.chance.random() < 0.7 else plain

    def _table(self) -> dict[str, Any]:
        shapes = [s for s in SHAPES if TYPES[s.type].as_column and s.type != "calculated"]
        chosen = self.chance.sample(shapes, self.chance.randint(1, 4))
        columns = []
        for place, shape in enumerate(chosen):
            more = {**shape.more, "label": text(f"c{place}"), "required": self.chance.random() < 0.5}
            if shape.limits and self.chance.random() < 0.3:
                more |= {self.chance.choice(("constraint", "warning")): self.chance.choice(shape.limits)}
            if TYPES[shape.type].summable and self.chance.random() < 0.6:
                more["total"] = True
            columns.append(item(f"c{place}", shape.type) | more)
        columns += [self._computed()] if self.chance.random() < 0.4 else []
        test = self.chance.choice(("${c0} != ''", "string-length(string(${c0})) < 4", "${_quarter} = 4"))
        rules = [{"test": test, "message": text("Periksa baris.")}] if self.chance.random() < 0.5 else []
        limits = self.chance.choice(({}, {"min_rows": 2}, {"max_rows": 2}))
        return {"columns": columns, "options": limits | ({"row_rules": rules} if rules else {})}

    def _computed(self) -> dict[str, Any]:
        """A column nobody types."""
        more = self.chance.choice(
            (
                {"calculation": "number(string(${c0})) + 1", "constraint": ". < 100", "total": True},
                {"calculation": "today() + 1"},
                {"calculation": "string(${_quarter})"},
            )
        )
        return item("jumlah", "calculated") | {"label": text("jumlah")} | more

    # ---- answers ----------------------------------------------------------------------------------------------------

    def typed(self, definition: Definition) -> dict[str, Any]:
        """What was typed, by code: the boxes as forms collect them, files, a link beside."""
        return {asked.code: self._answer(asked) for asked in definition.fields if self.chance.random() < 0.9}

    def _answer(self, asked: Field) -> dict[str, Any]:
        said: dict[str, Any] = {"typed": self.box(asked)} if of(asked).asks else {}
        takes = adapter_of(asked).files_only or asked.evidence is not None
        if takes and self.chance.random() < 0.5:
            said["files"] = [f"{number:064x}" for number in range(self.chance.randint(1, 2))]
        if asked.evidence is not None and "link" in asked.evidence.kinds and self.chance.random() < 0.7:
            said["typed_link"] = self.chance.choice(WORDS[-15:])
        return said

    def box(self, asked: Field) -> Any:
        """What stands in the boxes of a question."""
        return BOXES[adapter_of(asked).twin](self, asked)

    def number(self, _asked: Field) -> str:
        """A number, now and then no number."""
        if self.chance.random() < 0.4:
            return str(self.chance.randint(0, 120))
        return self.chance.choice(NUMBERS if self.chance.random() < 0.95 else WORDS)

    def words(self, _asked: Field) -> str:
        """Some words."""
        return self.chance.choice(WORDS)

    def day(self, _asked: Field) -> str:
        """A day, now and then none."""
        if self.chance.random() < 0.3:
            return f"{self.chance.randint(1, 28)} {self.chance.choice([*MONTH_NUMBERS])} {self.chance.randint(2020, 2027)}"
        return self.chance.choice(DAYS if self.chance.random() < 0.95 else WORDS)

    def moment(self, asked: Field) -> str:
        """A day and a time."""
        return self.chance.choice((" ", "T", "  ")).join((self.day(asked), self.chance.choice(TIMES)))

    def span(self, asked: Field) -> Any:
        """Two days, or nothing."""
        return self.chance.choice(
            (None, {"from": self.day(asked), "to": self.day(asked)}, {"from": "3/9/2026", "to": self.day(asked)})
        )

    def duration(self, asked: Field) -> Any:
        """Two moments, or nothing."""
        late = {"from": "2/9/2026 8.00", "to": self.moment(asked)}
        half = {"from": "", "to": "2/9/2026 8.00"} if self.chance.random() < 0.5 else {"from": "2/9/2026 8.00", "to": ""}
        return self.chance.choice((None, late, half, {"from": self.moment(asked), "to": self.moment(asked)}))

    def share(self, asked: Field) -> Any:
        """Two numbers, or nothing; none so long that their percent has more digits than a number keeps."""
        top, bottom = (typed if len(typed) < 12 else "7" for typed in (self.number(asked), self.number(asked)))
        bottom = "" if asked.measure is not None else bottom
        return self.chance.choice((None, {"n": top, "d": bottom}, {"n": "3", "d": bottom}))

    def one(self, _asked: Field) -> str:
        """A choice."""
        return self.chance.choice(("", "k1", "k2", "1", "2", "k9", "constructor"))

    def some(self, _asked: Field) -> list[str]:
        """Several choices."""
        return self.chance.sample(
            ("k1", "k2", "1", "2", "constructor", *(("k9",) if self.chance.random() < 0.1 else ())), self.chance.randint(0, 3)
        )

    def place(self, _asked: Field) -> str:
        """A place."""
        return self.chance.choice(PLACES)

    def rows(self, asked: Field) -> Any:
        """Rows of a table, or none."""
        typed = [c for c in asked.columns if of(c).asks]
        rows = [{c.code: self.box(c) for c in typed} | {"id": self.chance.choice(IDS)} for _ in range(self.chance.randint(0, 4))]
        return rows or None


BOXES: dict[str, Callable[[Typist, Field], Any]] = {
    **dict.fromkeys(("whole", "decimal", "money"), Typist.number),
    **dict.fromkeys(("text", "long_text", "link", "reference", "any"), Typist.words),
    "yes_no": Typist.words,
    "day": Typist.day,
    "moment": Typist.moment,
    "day_range": Typist.span,
    "duration": Typist.duration,
    "percent": Typist.share,
    "one_choice": Typist.one,
    "some_choices": Typist.some,
    "place": Typist.place,
    "files": lambda _typist, _asked: None,
    "table": Typist.rows,
}
