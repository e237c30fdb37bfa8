"""Whether the catalogue's files are those of the last import: one digest of them and of the code that reads them."""

from hashlib import sha256
from pathlib import Path

from db.catalogue.dated import SOURCE
from db.tables import ImportDigest

_NAME = "catalogue"
_CODE = Path(__file__).parent


def digest(folder: Path) -> str:
    """SHA-256 in hexadecimal of the files in `folder`, the code that reads them and the release of the price data."""
    whole = sha256(SOURCE.encode())
    for path in [*sorted(folder.glob("*.csv")), *sorted(_CODE.glob("*.py"))]:
        whole.update(b"\0" + path.name.encode() + b"\0" + path.read_bytes())
    return whole.hexdigest()


async def is_imported(folder: Path) -> bool:
    """Whether exactly these files were imported last."""
    return await ImportDigest.exists(name=_NAME, digest=digest(folder))


async def remember(text: str) -> None:
    """Note what was imported, in the import's own transaction."""
    row = ImportDigest(name=_NAME, digest=text)
    await ImportDigest.bulk_create([row], update_fields=["digest"], on_conflict=["name"])
