"""Reviewers' Markdown as HTML that can do nothing: no HTML of theirs, no images, only links to the web."""

from functools import lru_cache

import nh3
from markdown_it import MarkdownIt
from markupsafe import Markup

TAGS = {"p", "br", "em", "strong", "code", "pre", "ul", "ol", "li", "blockquote", "a", "hr"}
# Headings would break the outline of the page that shows them.
_MARKDOWN = MarkdownIt("commonmark", {"html": False}).disable(["image", "heading", "lheading"])


@lru_cache(maxsize=256)  # texts never change, and a list shows many
def rendered(text: str) -> Markup:
    """Safe HTML; links go to http(s) addresses alone and vouch for nothing."""
    html = nh3.clean(
        _MARKDOWN.render(text),
        tags=TAGS,
        attributes={"a": {"href"}},
        attribute_filter=web_links,
        link_rel="nofollow ugc noopener",
    )
    return Markup(html)  # noqa: S704  # nh3 has just let through nothing but TAGS


def web_links(_tag: str, attribute: str, value: str) -> str | None:
    """Keep absolute addresses of the web: nh3 itself would let `//elsewhere` pass."""
    elsewhere = attribute == "href" and not value.lower().startswith(("https://", "http://"))
    return None if elsewhere else value
