"""Bundles: definitions as YAML, the same bytes for the same content."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

ORDER = (
    "format",
    "id",
    "key",
    "code",
    "kind",
    "subject",
    "type",
    "label",
    "item_label",
    "description",
    "title_field",
    "help",
    "why",
    "required",
    "relevant",
    "constraint",
    "constraint_message",
    "warning",
    "warning_message",
    "calculation",
    "options",
    "choices",
    "columns",
    "weight",
    "rule",
    "evidence",
    "frequency",
    "due_in",
    "year_rule",
    "when_irrelevant",
    "valid_until",
    "list",
    "searchable",
    "sortable",
    "filterable",
    "unique",
    "personal",
    "total",
    "retired",
    "sections",
    "fields",
)


class BundleError(ValueError):
    """A file that is no bundle file; the text says which and why."""


MAX_DEPTH, MAX_NODES, MAX_TEXT = 12, 5_000, 20_000


class _TypedLoader(yaml.SafeLoader):
    """Plain data only: no aliases (a few lines can unfold to gigabytes), bounded depth and size."""

    def __init__(self, stream: Any) -> None:
        super().__init__(stream)
        self.nodes = 0
        self.depth = 0

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.AliasEvent):
            raise yaml.YAMLError("aliases are not allowed")
        self.nodes += 1
        self.depth += 1
        if self.nodes > MAX_NODES or self.depth > MAX_DEPTH:
            raise yaml.YAMLError("too large or too deep")
        node = super().compose_node(parent, index)
        self.depth -= 1
        return node


def parse_yaml(text: str) -> dict[str, Any]:
    """A small mapping typed by a person, as plain JSON values; raises :class:`BundleError`."""
    try:
        data = yaml.load(text[:MAX_TEXT], Loader=_TypedLoader) if text.strip() else {}  # noqa: S506 - a SafeLoader
        if not isinstance(data, dict):
            raise BundleError("a mapping is expected")
        plain = dict(json.loads(json.dumps(data, allow_nan=False)))
        for words in _texts(plain):
            if "\0" in words:
                raise BundleError("a NUL character")
            words.encode()  # a lone surrogate cannot be stored
        return plain
    except (yaml.YAMLError, ValueError, TypeError, RecursionError) as error:
        raise BundleError(str(error)) from error


def _texts(value: Any) -> Iterator[str]:
    """Every text inside a JSON value, keys too."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for pair in value.items():
            yield from _texts(list(pair))
    elif isinstance(value, list):
        for part in value:
            yield from _texts(part)


class _Dumper(yaml.SafeDumper):
    """Block style, no aliases: a bundle is read by people and compared by git."""

    def ignore_aliases(self, _data: Any) -> bool:
        return True


class _Loader(yaml.SafeLoader):
    """A day written without quotes stays text: definitions hold JSON values only."""


_Loader.yaml_implicit_resolvers = {
    sign: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for sign, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def read_bundle(folder: Path) -> dict[str, dict[str, Any]]:
    """Content types by key, from ``definitions/*.yaml`` (or the folder itself), in the order of their names."""
    root = folder / "definitions" if (folder / "definitions").is_dir() else folder
    found = {}
    for path in sorted(root.glob("*.yaml")):
        data = read_yaml(path)
        if "sections" in data:
            found[str(data.get("key"))] = data
    return found


def read_yaml(path: Path) -> dict[str, Any]:
    """One YAML mapping."""
    try:
        data = yaml.load(path.read_text(encoding="utf-8"), _Loader)  # noqa: S506 - a SafeLoader
    except (yaml.YAMLError, UnicodeDecodeError, OSError) as error:
        raise BundleError(f"{path.name}: {error}") from error
    if not isinstance(data, dict):
        raise BundleError(f"{path.name}: a mapping is expected")
    return data


def write_bundle(folder: Path, types: Mapping[str, Mapping[str, Any]], others: Mapping[str, Mapping[str, Any]]) -> None:
    """Write ``definitions/<key>.yaml`` for each type and ``<name>.yaml`` for each other mapping."""
    (folder / "definitions").mkdir(parents=True, exist_ok=True)
    for key, source in types.items():
        (folder / "definitions" / f"{key}.yaml").write_text(to_yaml({"format": 1} | dict(source)), encoding="utf-8")
    for name, data in others.items():
        (folder / f"{name}.yaml").write_text(to_yaml(data), encoding="utf-8")


def to_yaml(data: Any) -> str:
    """Deterministic YAML."""
    return yaml.dump(_ordered(data), Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=110)


def _ordered(data: Any) -> Any:
    if isinstance(data, Mapping):
        known = [k for k in ORDER if k in data]
        return {k: _ordered(data[k]) for k in [*known, *sorted((k for k in data if k not in ORDER), key=str)]}
    return [_ordered(x) for x in data] if isinstance(data, list) else data
