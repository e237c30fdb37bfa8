"""The API guide: written from the schema, the saved operations and the limits that the code keeps."""

import re
from hashlib import sha256

from starlette.requests import Request
from starlette.responses import Response

from web import attestations, badges, uploads
from web.page import SAVED, Page, framed
from web.rendering import Behind
from web.site import Site

EXAMPLES = ("rank-endpoints", "explain-weights", "find-models", "find-viewer", "write-review")
OWN = {  # what web/ itself keeps to, in bytes and seconds
    "upload": uploads.LARGEST,
    "upload_gzipped": uploads.MIB,
    "attestation": attestations.LARGEST,
    "badge": badges.LASTING,
}


class Guide(Page):
    """A page whose examples are saved operations."""

    async def shown(self, site: Site, request: Request) -> Response:
        told = await self.answer(site, request, {})
        return await framed(
            site,
            request,
            "guide.html",
            page=self,
            behind=Behind(self.operation, {}),
            examples={name: Behind(SAVED[name], SAVED[name].variables) for name in EXAMPLES},
            hash=sha256(SAVED[EXAMPLES[0]].document.encode()).hexdigest(),
            limits={**site.limits, **OWN},
            scopes=told["scopes"]["enumValues"],
            levels=told["levels"]["enumValues"],
            refusals=[(code(each["name"]), each["description"]) for each in told["refusals"]["possibleTypes"]],
        )


def code(name: str) -> str:
    """The code of a refusal, which is its type's name in capitals: NotSignedIn is NOT_SIGNED_IN."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).upper()


PAGE = Guide("/guide", "guide")
