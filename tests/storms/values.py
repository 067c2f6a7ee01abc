"""What nobody would type in good faith, as bytes: a form's box, a settings box, a formula, a file."""

import io
import random
import zipfile

from cli.demo_recipe import pdf
from domain.fields import TYPES
from domain.scoring.rules import PARAMETERS, RULES

ULID = "01ARZ3NDEKTSV4RRFFQ69G5FAV"
MARK = "<script>alert(1)</script>"
"""Must never stand in a page as it was typed."""
WORDS = (
    "", " ", "\x00", "a\x00b", "-1", "-0", "+5", "1e308", "-1e308", "1e309", "1e-400", "NaN", "nan", "Infinity", "-inf", "1" + "0" * 30,
    "-" + "9" * 40, "0." + "0" * 60 + "1", "9" * 5000, "1_000", "0x1F", "1.000.000,5", "1,2,3", "١٢٣", "１２３", "²", "½", "Ⅷ", "௧", "1e", ".", ",",
    "0000-00-00", "0000-01-01", "0001-01-01", "9999-12-31", "10000-01-01", "01/01/0000", "31/12/9999", "01/01/0001", "31/02/2026", "29/02/2025",
    "01/01/1945", "99/99/9999", "2026-W01-1", "9999-12-31T23:59", "0001-01-01T00:00", "31/12/9999 23.59", "01/01/0001 00.00", "2026-11-10T25:61",
    "24:00", "99:99", "23:59:60", "00:00+99:99", "2026-11-10T10:00:00+99:00", MARK, f'"\'><img src=x onerror=alert(1)>{MARK}', "</textarea></select>",
    "{{ 7*7 }}", "{% raw %}", "%s %(x)s %d %", "{0} {x}", "${PB-KAP-01}", "../../etc/passwd", "..\\..\\x", "' OR 1=1 --", "%", "_", "\\", "*",
    "\u202etxt.exe", "\u200b", "\ufeff", "\ufffe\uffff", "e\u0301" * 60, "👩‍👩‍👧‍👦" * 30, "\r\n\r\n", "a\r\nSet-Cookie: x=1", "\t\x0b\x0c\x1b[31m\x7f\x85\u2028\u2029",
    "\x01\x02\x02\x01", "true", "false", "null", "None", "on", "y", "[]", "{}", "[1]", '{"a":1}', '"', "=1+1", "@SUM(A1)", "http://", "javascript:alert(1)",
    "https://[::1", "https://x:99999999/", "http://\x00", "//evil.example", "ftp://x", "mailto:x", "https://" + "a" * 3000, ULID, ULID.lower(), "national|",
    "province|x", "region|", "unit|" + ULID, "|", "-6.2,106.8", "91,181", "nan,nan", "1e9;1e9", "A" * 20_000, "kata " * 3000, "ab" * 127 + "@example.org",
    "a@b.c", "İ", "ß", "ﬁ", "ı", "DROP TABLE",
)  # fmt: skip
BROKEN = (
    b"\xed\xa0\x80", b"a\xed\xa0\x80\xed\xb0\x80", b"\xff\xfe\x00", b"\xc3\x28", b"\xf8\x88\x80\x80\x80", b"\xc0\x80", b"\xe2\x82", b"\xf4\x90\x80\x80",
)  # fmt: skip
"""Lone surrogates and other bytes that are no UTF-8."""
SCALARS = (
    "", "~", "null", "true", "yes", "0", "-1", "1.5", "1e999", ".nan", ".inf", "-.inf", "0o17", "0x1F", "1_000", "1:30", "2026-01-01", "0000-00-00", "9999-99-99",
    "0001-01-01 00:00:00 +99:99", "x", '"\\ud800"', '"a\\0b"', "[]", "{}", "[1]", "[null]", "[[]]", "[{}]", "{a: 1}", "{1: 2}", "{null: null}", "{id: Ya}", "{id: 5}",
    "{id: [x], en: {}}", "!!binary AAAA", "!!set {a, b}", "!!omap [a: 1]", "!!python/none x", "!!timestamp 9999-99-99", "!!int x", "!!float y", "'(a+)+$'", "'['", "'(?P<x>'",
    "'\\d{99999}'", "1" + "0" * 400, "9" * 5000, "-9223372036854775809", "${PB-KLB-01} > 0", ". > 'a'", "pokja", "pra-bencana", "anggota", "pdf", "[pdf, exe]", "[pdf, [image]]",
    "{key: rasio}", "{key: rasio, target: x}", "{collection: anggota, aggregate: count}", "{collection: x}", "{numerator: '1', collection: anggota, aggregate: share}",
    "[{code: a, label: A}, {code: a, label: B}]", "[{code: a}]", "[{code: k, type: table, columns: [{code: z, type: text}]}]", "[{code: k, type: integer, total: true, label: {id: K, en: K}}]",
    "[1, 2, 3, 4]", "[0, 5]", "{1: 5, 2: 0}", "{'1': 5, '2': 5, '3': 5, '4': 5}", "02-30", "'02-30'", "'13-01'", "event_ended",
)  # fmt: skip
WHOLES = (
    "a: &a [*a]", "a: *b", "!!python/object/apply:os.system [x]", "? {a: b}\n: c", "- a\n- b", "a: 1\na: 2", "[" * 600, "{a: " * 300, "a: b: c", "\tx: 1", "%YAML 9.9\n---\na: 1",
    "--- a\n--- b", "<<: {a: 1}", "12: 13", "null: 1", "true: x", "2026-01-01: x", "? [1, 2]\n: 3", "!!set {a}", "a: |\n  x\n y", "{", "'", "@", "`", "# x", "...", "a: !<tag:x> 1",
)  # fmt: skip
KEYS = (
    "options", "columns", "choices", "rule", "evidence_kinds", "calculation", "measure", "row_rules", "warning", "warning_message", "due_in", "valid_until", "list", "searchable",
    "sortable", "filterable", "unique", "personal", "total", "retired", "position", "id", "code", "type", "section", "label", "weight", "required", "evidence", "format", "key", "", "help",
)  # fmt: skip
OPTIONS = sorted({name for kind in TYPES.values() for name in kind.options} | {"kind", "zzz"})
FORMULAS = (
    "${PB-KLB-01} > 0", ". > 0", ".", "((((", ")", "1/0", "1 div 0", ". = ''", "not(.)", "count(${PB-KLB-01})", "sum(${PB-KAP-01}) > 1", "regex(., '(a+)+$')", "if(1,2", "if(., ., .)", "today() > .",
    "${TIDAK-ADA}", "${}", "${pra-bencana/PB-KLB-01} > 1", "${x/y/z}", "(" * 400 + "1" + ")" * 400, "1 + " * 900 + "1", "-" * 500 + "1", "9" * 500 + " * " + "9" * 500, "'a" , "'" * 3, "a.b.c", "__import__('os')",
    "selected(., 'x')", "date('9999-12-31') + 99999", "days(., today())", "${_year} > 2000", "${_quarter}", "1 = '1'", "true()", "round(1e308)", "position(..)", "coalesce()", "min()", "max(1)", "once(.)", ". >= 1 and", "or", "\x00", "²",
)  # fmt: skip
FILE_NAMES = (
    "bukti.pdf", "", ".", "..", "../../../x.pdf", "C:\\x\\y.pdf", "a" * 400 + ".pdf", "\u202efdp.exe", "x.php", "x.pdf.exe", "nul\x00.pdf", "a\nb.pdf", ".htaccess", "<b>.pdf", "%00.pdf", "con", "foto.JFIF",
    "lap:oran?.xlsx", "ｆｕｌｌ.ｐｄｆ", "x.", "x" * 160, " .pdf", "٣.pdf",
)  # fmt: skip
ACTIONS = ("save", "save", "check", "send", "send", "save:KLB", "rows:PB-KAP-01", "rows:", "rows:x", "save:", "hapus", "")


def text(rng: random.Random) -> bytes:
    """A hostile text."""
    if rng.random() < 0.15:
        return rng.choice(BROKEN)
    words = rng.choice(WORDS)
    return (words + rng.choice(WORDS) if rng.random() < 0.1 else words).encode("utf-8", "surrogatepass")


def settings(rng: random.Random) -> bytes:
    """Further settings as YAML: whole oddities, or known names with odd values."""
    if rng.random() < 0.3:
        return rng.choice(WHOLES).encode()
    return "\n".join(_line(rng) for _n in range(rng.randint(1, 3))).encode()


def _line(rng: random.Random) -> str:
    key = rng.choice(KEYS)
    if key == "options" and rng.random() < 0.85:
        return "options: {" + ", ".join(f"{rng.choice(OPTIONS)}: {_flow(rng)}" for _n in range(rng.randint(1, 2))) + "}"
    if key == "rule" and rng.random() < 0.85:
        return "rule: {" + f"key: {rng.choice(sorted(RULES))}, {rng.choice(sorted(PARAMETERS))}: {_flow(rng)}" + "}"
    return f"{key}: {rng.choice(SCALARS)}"


def _flow(rng: random.Random) -> str:
    return rng.choice([s for s in SCALARS if "${" not in s and len(s) < 60])


def formula(rng: random.Random) -> bytes:
    """An expression, seldom a sound one."""
    return rng.choice(FORMULAS).encode()


def upload(rng: random.Random) -> tuple[str, bytes]:
    """A file: any name, any content."""
    return rng.choice(FILE_NAMES), rng.choice(_CONTENTS)


def _archive(part: str) -> bytes:
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w") as archive:
        archive.writestr(part, "x")
    return body.getvalue()


_OFFICE = _archive("xl/workbook.xml")
_CONTENTS = (
    b"", b"x", b"\x00" * 100, b"%PDF-", b"PK\x03\x04", b"PK\x03\x04" + b"\xff" * 200, b"PK\x05\x06" + b"\xff" * 18, b"\xff\xd8\xff\xe0" + b"a" * 99, b"\x89PNG\r\n\x1a\n", b"RIFF\x00\x00\x00\x00WEBP",
    b"<svg onload=alert(1)>", b"MZ" + b"\x90" * 300, b"GIF89a", pdf("badai"), _OFFICE, _OFFICE[:-5], _OFFICE + b"x" * 70_000, _archive("../../x"), b"\x1f\x8b\x08" + b"\x00" * 20,
)  # fmt: skip
