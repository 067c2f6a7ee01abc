"""Reading pages as a browser without scripts does."""

from html.parser import HTMLParser


class _Form(HTMLParser):
    def __init__(self, wanted: str) -> None:
        super().__init__(convert_charrefs=True)
        self.wanted, self.inside = wanted, False
        self.values: dict[str, list[str]] = {}
        self.area = self.select = None
        self.text = ""

    def handle_starttag(self, tag, attrs):
        found = dict(attrs)
        if tag == "form":
            self.inside = found.get("method", "get").lower() == "post" and (
                not self.wanted or found.get("action", "") == self.wanted
            )
        if not self.inside:
            return
        name = found.get("name")
        if tag == "input" and name and found.get("type") not in ("file", "submit"):
            if found.get("type") in ("radio", "checkbox") and "checked" not in found:
                return
            self.values.setdefault(name, []).append(found.get("value", "on" if found.get("type") == "checkbox" else ""))
        elif tag == "textarea" and name:
            self.area, self.text = name, ""
        elif tag == "select" and name:
            self.select, self.first = name, None
            self.values.setdefault(name, [])
        elif tag == "option" and self.select:
            value = found.get("value", "")
            self.first = value if self.first is None else self.first
            if "selected" in found:
                self.values[self.select].append(value)

    def handle_endtag(self, tag):
        if tag == "form":
            self.inside = False
        if tag == "textarea" and self.area:
            self.values.setdefault(self.area, []).append(self.text.replace("\r\n", "\n").removeprefix("\n"))
            self.area = None
        if tag == "select" and self.select:
            if not self.values[self.select] and self.first is not None:
                self.values[self.select].append(self.first)  # a browser sends the first option
            self.select = None

    def handle_data(self, data):
        if self.area:
            self.text += data


def form_values(html: str, action: str = "") -> dict[str, list[str]]:
    """Names and present values of the first matching POST form(s)."""
    parser = _Form(action)
    parser.feed(html)
    return {name: values for name, values in parser.values.items() if values}


class _Text(HTMLParser):
    SKIP = ("script", "style")
    VOID = ("area", "base", "br", "col", "hr", "img", "input", "link", "meta", "wbr")

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.depth, self.parts = 0, []

    def handle_starttag(self, tag, attrs):
        if tag not in self.VOID and (self.depth or tag in self.SKIP or "hidden" in dict(attrs)):
            self.depth += 1

    def handle_endtag(self, tag):
        if tag not in self.VOID and self.depth:
            self.depth -= 1

    def handle_data(self, data):
        if not self.depth:
            self.parts.append(data)


def visible_text(html: str) -> str:
    """What a reader sees, spaces folded."""
    parser = _Text()
    parser.feed(html)
    return " ".join(" ".join(parser.parts).split())
