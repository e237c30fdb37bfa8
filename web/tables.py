"""A page's tables as CSV and its whole answer as JSON."""

import csv
import json
from collections.abc import Iterator, Mapping
from io import StringIO
from typing import Any

from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response

Tables = Mapping[str, str]
NAMES = ("dimension", "metric")  # a list of objects that one of these keys tells apart becomes a column for each
FORMULA = ("=", "+", "-", "@", "\t", "\r")  # what a spreadsheet would run


def json_of(data: Mapping[str, Any]) -> Response:
    """What the page's query answered, as `/graphql` would say it."""
    return JSONResponse({"data": data}, headers={"Cache-Control": "private, no-store"})


def csv_of(data: Mapping[str, Any], tables: Tables, name: str | None) -> Response:
    """One table of a page, the first unless `name` says which; raises HTTPException 404."""
    if name is not None and name not in tables:
        raise HTTPException(404, "This page has the tables " + ", ".join(tables) + ".")
    chosen = name or next(iter(tables))
    headers = {"Cache-Control": "private, no-store", "Content-Disposition": f'inline; filename="{chosen}.csv"'}
    return Response(written(rows(data, tables[chosen])), media_type="text/csv; charset=utf-8", headers=headers)


def rows(data: Mapping[str, Any], path: str) -> list[dict[str, Any]]:
    """The flattened rows at a dotted path; an object that is no list is one row, null none."""
    found: Any = data
    for key in path.split("."):
        found = found.get(key) if found else None  # absent where a page has not been asked for it
    if found is None:
        return []
    return [dict(cells(row)) for row in (found if isinstance(found, list) else [found])]


def cells(value: Any, name: str = "") -> Iterator[tuple[str, Any]]:
    """Columns are paths: `subject.slug`, `dimensions.LATENCY.score`; a list without names is JSON."""
    if isinstance(value, dict):
        for key, below in value.items():
            yield from cells(below, f"{name}.{key}" if name else key)
    elif isinstance(value, list) and (told := told_by(value)):
        for each in value:
            yield from cells({key: below for key, below in each.items() if key != told}, f"{name}.{each[told]}")
    elif isinstance(value, list):
        yield name, json.dumps(value, ensure_ascii=False)
    else:
        yield name, value


def told_by(rows: list[Any]) -> str | None:
    """The key by which the rows of a list are told apart, if there are rows and one does."""
    for key in NAMES:
        if rows and all(isinstance(each, dict) and key in each for each in rows):
            return key if len({each[key] for each in rows}) == len(rows) else None
    return None


def written(flat: list[dict[str, Any]]) -> str:
    columns = list(dict.fromkeys(name for row in flat for name in row))
    text = StringIO()
    writer = csv.writer(text)
    writer.writerow(columns)
    writer.writerows([[inert(row.get(column)) for column in columns] for row in flat])
    return text.getvalue()


def inert(value: Any) -> Any:
    """The cell as text that no spreadsheet takes for a formula."""
    return "'" + value if isinstance(value, str) and value.startswith(FORMULA) else value
