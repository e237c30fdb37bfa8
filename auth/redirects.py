"""Where a browser may be sent after signing in: a path of this site and nothing else."""

import re
from urllib.parse import unquote

_LONGEST = 1024
_PLAIN = re.compile(r"/(?!/)[!-\[\]-~]*")  # printable ASCII: no spaces, no backslash, no control characters
# In a decoded path: what browsers or proxies fold away, so that `/x` could turn into `//host`.
_FOLDS = re.compile(r"//|/\.\.?(?:/|$)|[\\%\x00-\x1f\x7f-\x9f\ufffd]")


def safe_next(value: str | None) -> str:
    """The path asked for, with its query and fragment, or `/` when it could lead off this site."""
    if value is None or len(value) > _LONGEST or not _PLAIN.fullmatch(value):
        return "/"
    path = unquote(re.split("[?#]", value, maxsplit=1)[0])
    return "/" if _FOLDS.search(path) else value
