"""Reading a page as a browser would: its links, forms, fields, inline code and words."""

from dataclasses import dataclass, field
from html.parser import HTMLParser


@dataclass
class Seen:
    """What a browser finds in a page. `fields` holds the first field of a name, `tags` every element's name."""

    links: set[str] = field(default_factory=set)
    forms: dict[str, str] = field(default_factory=dict)
    fields: dict[str, str | None] = field(default_factory=dict)
    inline: list[str] = field(default_factory=list)
    tags: set[str] = field(default_factory=set)
    words: str = ""


class Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.seen = Seen()
        self.tag = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tag = tag
        given = dict(attrs)
        self.seen.tags.add(tag)
        self.seen.links |= {value for name, value in attrs if name in {"href", "src", "action"} and value}
        self.seen.inline += [name for name in given if name.startswith("on") or name == "style"]
        if tag == "form":
            self.seen.forms[given["action"] or ""] = given["method"] or ""
        if tag in {"input", "textarea", "select"} and given.get("name"):
            self.seen.fields.setdefault(given["name"] or "", given.get("value"))

    def handle_endtag(self, _tag: str) -> None:
        self.tag = ""

    def handle_data(self, data: str) -> None:
        if self.tag in {"script", "style"} and data.strip():
            self.seen.inline.append(data)
        self.seen.words += data + " "


def read(page: str) -> Seen:
    reader = Reader()
    reader.feed(page)
    reader.seen.words = " ".join(reader.seen.words.split())
    return reader.seen
