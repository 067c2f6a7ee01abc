"""A synthetic phase form of N fields of the yardstick's five kinds, with saved values."""

from typing import Any

KINDS = ("integer", "decimal", "yes_no", "single_choice", "long_text")


def source(count: int) -> dict[str, Any]:
    """The form's source."""
    fields = [_field(number) for number in range(count)]
    section = {"code": "A", "label": {"id": "Bagian", "en": "Section"}, "weight": 100, "fields": fields}
    return {
        "key": f"bench-{count}",
        "kind": "phase_form",
        "subject": "period",
        "label": {"id": "Uji", "en": "Bench"},
        "sections": [section],
    }


def _field(number: int) -> dict[str, Any]:
    kind = KINDS[number % 5]
    label = {"id": f"Jumlah {number}", "en": f"Count {number}"}
    field = {
        "code": f"F-{number}",
        "type": kind,
        "label": label,
        "help": {"id": "Bantuan pengisian", "en": "Help"},
        "required": False,
    }
    if kind == "single_choice":
        field["choices"] = [{"code": f"t{k}", "label": {"id": f"Tahap {k}", "en": f"Step {k}"}} for k in range(5)]
    return field


def document(count: int) -> dict[str, Any]:
    """Saved values for every field."""
    values = {"integer": 1234, "decimal": 2.5, "yes_no": True, "single_choice": "t2", "long_text": "uraian"}
    return {f"F-{n}": {"v": values[KINDS[n % 5]]} for n in range(count)}


def collection() -> dict[str, Any]:
    """A list of three columns, searched, sorted and filtered."""
    shown = {"list": True, "sortable": True}
    choices = [{"code": f"t{k}", "label": {"id": f"Jenis {k}", "en": f"Kind {k}"}} for k in range(5)]
    fields = [
        {"code": "nama", "type": "text", "label": {"id": "Nama", "en": "Name"}, "required": True, "searchable": True, **shown},
        {"code": "jumlah", "type": "integer", "label": {"id": "Jumlah", "en": "Count"}, "filterable": True, **shown},
        {
            "code": "jenis",
            "type": "single_choice",
            "label": {"id": "Jenis", "en": "Kind"},
            "choices": choices,
            "filterable": True,
            **shown,
        },
    ]
    return {
        "key": "bench-list",
        "kind": "collection",
        "label": {"id": "Daftar uji", "en": "Bench list"},
        "title_field": "nama",
        "sections": [{"code": "A", "label": {"id": "Bagian", "en": "Section"}, "fields": fields}],
    }
