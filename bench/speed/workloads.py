"""What is asked: documents, and variables that differ from request to request so that no cache can answer for another.

Q1 ranks endpoints under the client's weights; Q2 reads 15 endpoints, ten reviews of each with reviewers, five votes of
each with voters; Q3 is one model's page; M1 is one vote by somebody signed in.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

import orjson

from bench.speed.dataset import Dataset
from bench.speed.tables import model_slug

PARENTS = 15  # of Q2: the product lets a document cost 2,000 objects; 20 parents would ask for 2,640
HOT = 60  # endpoints that "Q2 warm" draws from, and models that "Q3 warm" draws from
USE_CASE = "CODING"
WEIGHTS = ("toolCalling", "apiReliability", "costPerTask", "contextQuality", "latency")

_Q1 = """query Ranking($useCase: UseCase!, $weights: DimensionWeights!) {
  ranking(useCase: $useCase, weights: $weights, filter: { includeProvisional: true }, first: 50) {
    nodes {
      subject { ... on Endpoint { id slug } }
      score interval { low high }
      dimensions { dimension score interval { low high } }
    }
  }
}"""
_Q2 = """query Reviews($ids: [ID!]!) {
  nodes(ids: $ids) { ... on Endpoint {
    id slug
    reviews(first: 10) { nodes {
      id useCase publishedAt reviewer { id login }
      votes(first: 5) { nodes { id helpful castAt voter { id login } } }
    } }
  } }
}"""
_Q3 = """query Page($slug: String!, $n: Int!) {
  model(slug: $slug) {
    id slug name contextWindow openWeights developer { id name }
    endpoints(first: $n) { nodes {
      id slug contextLimit provider { id slug name }
      reviews(first: 5) { nodes { id useCase publishedAt reviewer { id login } } }
    } }
  }
}"""
_M1 = """mutation Cast($review: ID!, $helpful: Boolean!) {
  castVote(input: { reviewId: $review, helpful: $helpful }) { %s }
}"""
_POSTGRAPHILE_Q1 = """query Ranking(
  $useCase: String!, $toolCalling: Float!, $apiReliability: Float!, $costPerTask: Float!, $contextQuality: Float!,
  $latency: Float!
) {
  ranking(useCase: $useCase, toolCalling: $toolCalling, apiReliability: $apiReliability, costPerTask: $costPerTask,
    contextQuality: $contextQuality, latency: $latency, howMany: 50) {
    nodes { endpointId endpointSlug score low high dimensions { dimension score low high } }
  }
}"""
_POSTGRAPHILE_Q2 = """query Reviews($ids: [String!]!) {
  endpointsById(ids: $ids) { nodes {
    rowId slug
    reviewsByEndpointId(
      first: 10, orderBy: [PUBLISHED_AT_DESC, ROW_ID_DESC], condition: { state: "PUBLISHED" }
    ) { nodes {
      rowId useCase publishedAt reviewerByReviewerId { rowId login }
      votesByReviewId(first: 5, orderBy: [CAST_AT_DESC, ROW_ID_DESC]) {
        nodes { rowId helpful castAt reviewerByVoterId { rowId login } }
      }
    } }
  } }
}"""
_POSTGRAPHILE_Q3 = """query Page($slug: String!, $n: Int!) {
  modelBySlug(slug: $slug) {
    rowId slug name contextWindow openWeights developerByDeveloperId { rowId name }
    endpointsByModelId(first: $n, orderBy: SLUG_ASC) { nodes {
      rowId slug contextLimit providerByProviderId { rowId slug name }
      reviewsByEndpointId(first: 5, orderBy: [PUBLISHED_AT_DESC, ROW_ID_DESC], condition: { state: "PUBLISHED" }) {
        nodes { rowId useCase publishedAt reviewerByReviewerId { rowId login } }
      }
    } }
  }
}"""
_POSTGRAPHILE_M1 = """mutation Cast($review: String!, $helpful: Boolean!) {
  castVote(input: { reviewId: $review, helpful: $helpful }) { result { rowId } }
}"""
DOCUMENTS = {
    "ours": {"Q1": _Q1, "Q2": _Q2, "Q3": _Q3, "M1": _M1 % "... on Vote { id }"},
    "peer": {"Q1": _Q1, "Q2": _Q2, "Q3": _Q3, "M1": _M1 % "id"},
    "postgraphile": {
        "Q1": _POSTGRAPHILE_Q1,
        "Q2": _POSTGRAPHILE_Q2,
        "Q3": _POSTGRAPHILE_Q3,
        "M1": _POSTGRAPHILE_M1,
    },
}
WORKLOADS = ("Q1", "Q2", "Q3", "M1")
REPEATED = ("Q2 warm", "Q3 warm", "Q1 again", "Q3 again", "Q1 304")  # asked of ours that keeps answers


@dataclass(frozen=True, slots=True)
class Known:
    """What requests are made of."""

    endpoints: Sequence[str]
    models: int
    ballots: Sequence[tuple[str, str]]

    @classmethod
    def of(cls, data: Dataset) -> "Known":
        """What requests need of a dataset; the ballots in an order that scatters them."""
        ballots = list(data.ballots())[:100_000]
        Random(1).shuffle(ballots)  # noqa: S311  # nothing secret
        return cls(data.endpoints, data.size.models, ballots)


@dataclass(frozen=True, slots=True)
class Asking:
    """The requests from `start` on of a workload, in the words of one kind of server."""

    workload: str
    style: str
    known: Known
    start: int = 0
    amount: int = 20_000
    etag: str = ""

    def requests(self, port: int) -> list[bytes]:
        """Whole requests, as they go over the wire."""
        amount = 1 if self.workload in ("Q1 again", "Q3 again", "Q1 304") else self.amount
        return [self._request(port, number) for number in range(self.start, self.start + amount)]

    def body(self, number: int) -> bytes:
        """One request's JSON."""
        query = self.workload[:2]
        document = " ".join(DOCUMENTS[self.style][query].split())
        asked = {"query": document, "variables": self._variables(query, Random(number), number)}  # noqa: S311  # nothing secret
        if self.workload.endswith(" warm"):  # no two requests are equal: parts of answers are found again, no answer is
            asked["extensions"] = {"request": number}
        return orjson.dumps(asked)

    def headers(self, number: int) -> dict[str, str]:
        """What goes with it."""
        found = {"content-type": "application/json", "accept": "application/json"}
        if self.workload == "M1":
            found["cookie"] = f"session={self.known.ballots[number % len(self.known.ballots)][0]}"
        if self.etag:
            found["if-none-match"] = self.etag
        return found

    def _request(self, port: int, number: int) -> bytes:
        body = self.body(number)
        lines = [f"{name}: {value}" for name, value in self.headers(number).items()]
        head = ["POST /graphql HTTP/1.1", f"host: 127.0.0.1:{port}", f"content-length: {len(body)}", *lines]
        return "\r\n".join([*head, "", ""]).encode() + body

    def _variables(self, query: str, dice: Random, number: int) -> dict[str, Any]:
        if query == "Q1":
            weights = {name: round(dice.uniform(0.1, 1), 6) for name in WEIGHTS}
            spread = weights if self.style == "postgraphile" else {"weights": weights}
            return {"useCase": USE_CASE, **spread}
        if query == "Q2":
            pool = self.known.endpoints[:HOT] if self.workload == "Q2 warm" else self.known.endpoints
            return {"ids": dice.sample(list(pool), PARENTS)}
        if self.workload == "Q3 warm":
            return {"slug": model_slug(number % HOT), "n": 50}
        if query == "Q3":  # the same pages under ever another `first`, which is more than they have
            place, firsts = number * 7919 % (97 * self.known.models), 97
            return {"slug": model_slug(place // firsts), "n": 3 + place % firsts}
        return {"review": self.known.ballots[number % len(self.known.ballots)][1], "helpful": number % 2 == 0}


def same(workload: str, answer: Any) -> list[str]:
    """What servers must agree on: the ids in an answer; of a ranking the endpoints alone."""
    if workload == "M1":
        return []
    return sorted(_ids(answer))


def _ids(part: Any) -> Iterator[str]:
    if isinstance(part, list):
        for each in part:
            yield from _ids(each)
    elif isinstance(part, dict):
        for name, value in part.items():
            if name in ("id", "rowId", "endpointId"):
                yield value
            else:
                yield from _ids(value)
