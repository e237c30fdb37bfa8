"""The saved operations: valid, useful on the real catalogue, and never more SQL than their levels explain."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    OperationDefinitionNode,
    OperationType,
    SelectionSetNode,
    build_schema,
    parse,
    validate,
)

from db import kept, seed
from db.catalogue import import_catalogue
from db.enums import EvidenceLevel, Role
from db.tables import Endpoint, Model, Review, Reviewer
from schema import sdl
from tests.front_door import Client, statements
from tests.make import World
from web.saved import Operation, operations

pytestmark = pytest.mark.anyio
Clients = Callable[..., Client]

SCHEMA = build_schema(sdl())
SAVED = {operation.name: operation for operation in operations()}
BUDGETS = {
    "explain-evidence": 5,
    "explain-gap": 5,
    "explain-measurements": 5,
    "explain-review": 7,
    "explain-standing": 1,
    "explain-weights": 4,
    "find-benchmark": 6,
    "find-endpoints": 4,
    "find-facts": 3,
    "find-hosts": 5,
    "find-model": 5,
    "find-models": 3,
    "find-my-proofs": 4,
    "find-nodes": 3,
    "find-prices": 4,
    "find-scores": 5,
    "find-sources": 3,
    "find-task-costs": 4,
    "find-viewer": 3,
    "page-badge-endpoint": 2,
    "page-badge-model": 2,
    "page-compare": 9,
    "page-decided": 8,
    "page-drift": 38,
    "page-endpoint": 28,
    "page-endpoints": 5,
    "page-frame": 4,
    "page-front": 11,
    "page-frontier": 4,
    "page-gap": 8,
    "page-guide": 0,
    "page-leaderboard": 3,
    "page-methodology": 1,
    "page-model": 29,
    "page-models": 3,
    "page-moderation": 16,
    "page-review": 17,
    "page-review-form": 3,
    "page-reviewer": 11,
    "page-reviews": 7,
    "rank-comparison": 6,
    "rank-endpoints": 1,
    "rank-frontier": 3,
    "rank-measured": 3,
    "rank-models": 1,
    "rank-my-weights": 2,
    "rank-side-by-side": 2,
}
OF_TOKENS_AND_PROOFS = {
    *("write-token", "write-token-revocation"),
    *("write-repository-proof", "write-domain-proof", "write-proof-check"),
}
UNREVIEWED_IN_THE_DEMONSTRATION = {"page-model"}  # nobody made up a review of the model that it shows
SEEN_THROUGH = {"edges", "node", "nodes", "pageInfo"}
SIGNED_IN = {"find-my-proofs", "find-viewer"}
MODERATING = {"page-decided", "page-frame", "page-moderation"}
EMPTY_WITHOUT_REVIEWS = (
    SIGNED_IN
    | MODERATING
    | {
        *("explain-evidence", "explain-measurements", "explain-weights", "page-front", "page-model"),
        *("page-review", "page-reviewer", "page-reviews"),
    }
)


def kind(operation: Operation) -> OperationType:
    return next(
        each.operation for each in parse(operation.document).definitions if isinstance(each, OperationDefinitionNode)
    )


QUERIES = {name: operation for name, operation in SAVED.items() if kind(operation) is OperationType.QUERY}
MUTATIONS = {name: operation for name, operation in SAVED.items() if name not in QUERIES}


def levels(document: DocumentNode) -> int:
    """How many objects or lists of objects the deepest path leads through; a connection and its rows are one."""
    fragments = {each.name.value: each for each in document.definitions if isinstance(each, FragmentDefinitionNode)}

    def below(selected: SelectionSetNode | None, seen_through: set[str]) -> int:
        deepest = 0
        for each in selected.selections if selected else ():
            if isinstance(each, FragmentSpreadNode):
                depth = below(fragments[each.name.value].selection_set, seen_through)
            elif isinstance(each, InlineFragmentNode):
                depth = below(each.selection_set, seen_through)
            else:
                assert isinstance(each, FieldNode)
                counts = each.selection_set is not None and each.name.value not in seen_through
                depth = counts + below(each.selection_set, SEEN_THROUGH)
            deepest = max(deepest, depth)
        return deepest

    roots = [each.selection_set for each in document.definitions if isinstance(each, OperationDefinitionNode)]
    return max(below(root, set()) for root in roots)


def objects(document: DocumentNode) -> int:
    """How many fields of objects a document names, those of a fragment each time it is spread."""
    fragments = {each.name.value: each for each in document.definitions if isinstance(each, FragmentDefinitionNode)}

    def below(selected: SelectionSetNode | None) -> int:
        total = 0
        for each in selected.selections if selected else ():
            if isinstance(each, FragmentSpreadNode):
                total += below(fragments[each.name.value].selection_set)
            else:
                assert isinstance(each, FieldNode | InlineFragmentNode)
                total += below(each.selection_set) + (isinstance(each, FieldNode) and each.selection_set is not None)
        return total

    return sum(below(each.selection_set) for each in document.definitions if isinstance(each, OperationDefinitionNode))


def answered(data: dict[str, Any]) -> bool:
    """Whether every root field found something."""
    return all(
        found is not None and (not isinstance(found, dict) or found.get("nodes") != []) for found in data.values()
    )


def filled(variables: Any, about: str, login: str = "somebody") -> dict[str, Any]:
    """The variables of a saved operation about one review, token or proof, or one reviewer."""
    text = json.dumps(dict(variables))
    for placeholder in ("your review's id", "a review's id", "a token's id", "a proof's id"):
        text = text.replace(placeholder, about)
    return dict(json.loads(text.replace("somebody", login)))


async def reviewed(make: World) -> Reviewer:
    """The catalogue with a reviewer whose proven and helpful reviews the saved operations find."""
    await import_catalogue(make.now.date())
    author = await make.reviewer()
    model = await Model.get(slug=SAVED["explain-review"].variables["slug"])
    for endpoint in await Endpoint.filter(model_id=model.id).order_by("slug").limit(3):
        review = await make.review(endpoint, author, level=EvidenceLevel.E4, tool_calling=5, latency=3)
        await make.vote(review)
        await make.waiting(await make.review(endpoint, level=EvidenceLevel.E2))
    return author


@pytest.mark.parametrize("operation", SAVED.values(), ids=SAVED)
def test_a_saved_operation_fits_the_schema(operation: Operation) -> None:
    assert validate(SCHEMA, parse(operation.document)) == []


@pytest.mark.parametrize("operation", SAVED.values(), ids=SAVED)
def test_a_saved_operation_says_in_a_sentence_what_it_is_for(operation: Operation) -> None:
    assert operation.description.endswith(".")
    assert len(operation.title) < 50


async def test_on_the_bare_catalogue_every_query_that_needs_no_review_finds_something(
    client: Clients, make: World
) -> None:
    await import_catalogue(make.now.date())
    found = {name: await client().ask(query.document, **query.variables) for name, query in QUERIES.items()}
    assert {name for name, data in found.items() if not answered(data)} == EMPTY_WITHOUT_REVIEWS
    assert all(row["endpoints"]["nodes"] for row in (found["find-model"]["model"], found["explain-review"]["model"]))
    assert all(found["find-nodes"]["nodes"])
    assert await Endpoint.exists(id=SAVED["write-review"].variables["input"]["endpointId"])


@pytest.mark.usefixtures("alone")
async def test_every_query_runs_within_its_budget_and_finds_something(client: Clients, make: World) -> None:
    author = await reviewed(make)
    await client().ask(SAVED["rank-models"].document, **SAVED["rank-models"].variables)  # reads the statistics
    review = await Review.filter(reviewer_id=author.id).first()
    spent = {}
    viewers = dict.fromkeys(SIGNED_IN, author) | dict.fromkeys(MODERATING, await make.moderator())
    for name, query in QUERIES.items():
        asked = filled(query.variables, review.id if review else "", author.login)
        kept._memories.clear()  # a budget is that of the first who asks
        with statements() as seen:
            data = await client(viewers.get(name)).ask(query.document, **asked)
        own = [text for text in seen if not text.startswith(("INSERT", "DELETE"))]  # those open the test's session
        spent[name] = sum("standing_version" not in text for text in own)
        assert len(own) <= spent[name] + 1, "a look whether the statistics are still the present ones"
        assert answered(data), name
    assert spent == BUDGETS


@pytest.mark.usefixtures("alone")
async def test_the_statistics_are_read_in_five_statements_and_then_remembered(client: Clients, make: World) -> None:
    await reviewed(make)
    query, counts = SAVED["rank-models"], []
    for _ in range(2):
        with statements() as seen:
            await client().ask(query.document, **query.variables)
        counts.append(sum("stati" in text or "standing_version" in text for text in seen))
    assert counts[0] <= 5
    assert counts[1] <= 1


async def test_every_query_finds_something_in_the_demonstration(client: Clients, make: World) -> None:
    await import_catalogue(make.now.date())
    await seed.plant(make.now)
    review = await Review.all().order_by("id").first()
    assert review is not None
    viewer = await Reviewer.get(id=review.reviewer_id)
    moderator = await Reviewer.filter(role=Role.MODERATOR).first()
    for name, query in QUERIES.items():
        asked = filled(query.variables, review.id, viewer.login)
        data = await client(moderator if name in MODERATING else viewer).ask(query.document, **asked)
        assert answered(data) or name in UNREVIEWED_IN_THE_DEMONSTRATION, name


def test_no_budget_is_more_than_the_levels_and_two() -> None:
    plain = {name: query for name, query in QUERIES.items() if not name.startswith("page-")}
    over = {name for name, query in plain.items() if BUDGETS[name] > levels(parse(query.document)) + 2}
    assert not over


def test_no_budget_of_a_page_is_more_than_the_objects_it_names() -> None:
    """A page asks several questions at once; a moment of the past is computed from the facts, seven statements each."""
    pages = {name: query.document for name, query in QUERIES.items() if name.startswith("page-")}
    over = {
        name
        for name, document in pages.items()
        if BUDGETS[name] > objects(parse(document)) + 3 + 7 * document.count("asOf: $")
    }
    assert not over


@pytest.mark.usefixtures("alone")
async def test_more_rows_cost_no_more_statements(client: Clients, make: World) -> None:
    await import_catalogue(make.now.date())
    query = SAVED["find-models"]
    counts = []
    for first in (2, 50):
        with statements() as seen:
            await client().ask(query.document, **{**query.variables, "first": first, "filter": {}})
        counts.append(len(seen))
    assert counts == [BUDGETS["find-models"]] * 2


async def test_a_review_lives_its_life_in_the_saved_mutations(client: Clients, make: World) -> None:
    author, voter, moderator = await make.reviewer(), await make.reviewer(), await make.moderator()
    await make.endpoint(id=SAVED["write-review"].variables["input"]["endpointId"])
    review_id = ""
    outcomes = {}
    for viewer, name in [
        (author, "write-review"),
        (voter, "write-vote"),
        (voter, "write-vote-withdrawal"),
        (moderator, "moderate-evidence"),
        (author, "write-revision"),
        (author, "write-retraction"),
    ]:
        data = await client(viewer).ask(SAVED[name].document, **filled(SAVED[name].variables, review_id))
        [outcomes[name]] = data.values()
        review_id = review_id or outcomes[name]["id"]
    assert outcomes.keys() == MUTATIONS.keys() - OF_TOKENS_AND_PROOFS
    assert [outcome["__typename"] for outcome in outcomes.values()] == [
        *("Review", "Vote", "Review", "Evidence", "Review", "Review"),
    ]
    assert outcomes["write-vote-withdrawal"]["voteCount"] == {"helpful": 0, "unhelpful": 0}
    assert outcomes["write-revision"]["revision"]["number"] == 2
    assert outcomes["write-retraction"]["state"] == "RETRACTED"


async def test_tokens_and_proofs_live_their_lives_in_the_saved_mutations(client: Clients, make: World) -> None:
    author = await make.reviewer()
    review = await make.review(author=author)
    outcomes: dict[str, dict[str, Any]] = {}

    async def told(name: str, about: str) -> dict[str, Any]:
        asked = filled(SAVED[name].variables, about)
        [outcomes[name]] = (await client(author).ask(SAVED[name].document, **asked)).values()
        return outcomes[name]

    token = (await told("write-token", ""))["token"]
    assert (await told("write-token-revocation", token["id"]))["revokedAt"]
    assert (await told("write-repository-proof", review.id))["level"] == "E2"
    proof = await told("write-domain-proof", review.id)
    assert proof["state"] == "WAITING"
    assert (await told("write-proof-check", proof["id"]))["state"] == "PENDING"
    assert outcomes.keys() == OF_TOKENS_AND_PROOFS


@pytest.mark.parametrize("operation", MUTATIONS.values(), ids=MUTATIONS)
async def test_a_saved_mutation_tells_the_signed_out_to_sign_in(client: Clients, operation: Operation) -> None:
    [outcome] = (await client().ask(operation.document, **operation.variables)).values()
    assert outcome["__typename"] == "NotSignedIn"
    assert outcome["code"] == "NOT_SIGNED_IN"
