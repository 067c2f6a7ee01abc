"""Every page a person can reach by links, each kind of page once or twice: what differs only by ids or paging is one kind."""

import re
from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from urllib.parse import parse_qsl, urljoin, urlsplit

PEOPLE = ("", "admin", "verifikator", "provinsi", "operator", "koordinator", "pimpinan")
MOST_OF_A_KIND = 1
IDS = (
    (re.compile(r"\b[0-9A-HJKMNP-TV-Z]{26}\b"), "{id}"),
    (re.compile(r"\b[0-9a-f]{12,64}\b"), "{hash}"),
    (re.compile(r"/\d{2}(\.\d{2})?(?=[/?]|$)"), "/{code}"),
    (re.compile(r"\bflt\d+_\w+"), "flt"),
)
COLLECTION = re.compile(r"(/admin/(?:konten|terbitkan)/)[^/?]+/")
PAGING = frozenset({"page", "page_size", "hal", "sort", "desc", "url"})
"""Arguments that make no other page: which rows, in what order, where to return."""


@dataclass(frozen=True, slots=True)
class Specimen:
    """One page of a kind: who opens which address."""

    kind: str
    who: str
    url: str


def address_of(url: str) -> str:
    """The address without what changes from row to row."""
    parts = urlsplit(url)
    asked = sorted({name for name, _value in parse_qsl(parts.query, keep_blank_values=True)} - PAGING)
    kind = parts.path + ("?" + "&".join(asked) if asked else "")
    for pattern, word in IDS:
        kind = pattern.sub(word, kind)
    return kind


def kind_of(url: str, form: bool) -> str:
    """A page that takes answers is another kind than one to read. Only the forms for a new record, and what is to be
    published, differ from one collection to the next."""
    kind = address_of(url)
    kind = kind if form and "?" not in kind else COLLECTION.sub(r"\1{key}/", kind)
    return kind + (" (form)" if form else "")


class Links(HTMLParser):
    """The links of a page, and whether its main part posts answers."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self.form = self._inside = False
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        names = dict(attrs)
        self._inside = self._inside or tag == "main"
        self.form = self.form or (self._inside and tag == "form" and names.get("method", "").lower() == "post")
        if tag == "a" and names.get("href"):
            self.found.append(names["href"])

    def inside(self, here: str, site: str) -> list[str]:
        """Where the links lead within this site, each address once."""
        there = dict.fromkeys(urljoin(here, link).split("#")[0] for link in self.found)
        return [url.removeprefix(site) for url in there if url.startswith(site + "/")]

    def handle_endtag(self, tag):
        self._inside = self._inside and tag != "main"


def crawl(request, who: str, site: str, seen: Counter[str], dead: list[str]) -> Iterator[Specimen]:
    """Breadth first from the start page; links that lead nowhere are noted in *dead*. *seen*
    counts kinds over everyone: the specimens of a kind are of different people.
    """
    waiting, known, opened, given = deque(["/"]), {"/"}, Counter(), set()
    while waiting:
        url = waiting.popleft()
        opened[address_of(url)] += 1
        if opened[address_of(url)] > MOST_OF_A_KIND:
            continue
        answer = request.get(url)
        if not answer.ok:
            dead.append(f"{who or 'nobody'}: {url} gives {answer.status}")
        if not answer.ok or "text/html" not in answer.headers["content-type"]:
            continue  # an export, a file
        page = Links(answer.text())
        kind = f"/ as {who or 'nobody'}" if url == "/" else kind_of(answer.url.removeprefix(site), page.form)
        if kind not in given and seen[kind] < MOST_OF_A_KIND:
            given.add(kind)
            seen[kind] += 1
            yield Specimen(kind, who, url)
        fresh = [there for there in page.inside(answer.url, site) if there not in known]
        waiting.extend(fresh)
        known.update(fresh)
