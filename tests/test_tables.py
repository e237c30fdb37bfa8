"""The database itself: it refuses bad rows whatever the code does, and it holds exactly the columns of db/tables.py."""

import sqlite3
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import asyncpg
import pytest
from tortoise.exceptions import IntegrityError
from tortoise.models import Model as Table
from tortoise.transactions import in_transaction

from db import tables, versions
from db.queries import Statement, dialect, fetch
from tests.make import World

pytestmark = pytest.mark.anyio

# A deferred foreign key fails at COMMIT, where Tortoise does not translate the driver's own error.
REFUSED = (IntegrityError, sqlite3.IntegrityError, asyncpg.IntegrityConstraintViolationError)
Row = dict[str, Any]


@dataclass(frozen=True)
class Case:
    """A table, what makes a copy of its row unacceptable, and what makes it acceptable but for that."""

    table: str
    bad: Row
    fresh: Row = field(default_factory=dict)


NOBODY, EARLY, LATE = "rvr_nobody", date(2026, 2, 1), date(2026, 2, 2)
SUMMARY: Row = {"digest": "9" * 64}
TRACE: Row = {"digest": "b" * 16}
FIGURE: Row = {"metric": "API_SUCCESS"}
FIGURES = (("measurement", FIGURE), ("pooled_measurement", FIGURE))
STARS = ("tool_calling", "api_reliability", "cost_per_task", "context_quality", "latency")
UNRATED: Row = dict.fromkeys(STARS)
REVISION: Row = {"number": 2}
EVIDENCE: Row = {"level": 5}
SESSION: Row = {"digest": "0" * 64}
SIGN_IN: Row = {"digest": "1" * 64}
REVIEWER: Row = {"subject": "somebody else"}
MODEL: Row = {"slug": "another/model"}
ENDPOINT: Row = {"slug": "another:endpoint", "provider_model_id": "another"}
STATISTIC: Row = {"month": 1}
BENCHMARK: Row = {"slug": "Another", "name": "Another"}
FACT: Row = {"configuration": "another configuration"}
VOTE: Row = {"voter_id": "rvr_somebodyelse"}
API_TOKEN: Row = {"digest": "2" * 64}
ATTESTATION: Row = {"token_id": "another", "run_id": 18}
CLAIM: Row = {"number": 43}
PROOF: Row = {"level": 3, "subject": "{}"}
CASES = [
    *[Case("revision", {column: stars}, REVISION) for column in STARS for stars in (0, 6, -1)],
    Case("revision", UNRATED, REVISION),
    Case("revision", {"pros": "x" * 10_001}, REVISION),
    Case("revision", {"cons": "x" * 10_001}, REVISION),
    Case("revision", {"pros": None}, REVISION),
    Case("revision", {"number": 0}, REVISION),
    Case("revision", {"number": 1}, REVISION),
    Case("revision", {"volume": "SOME"}, REVISION),
    Case("revision", {"interest": "MILD"}, REVISION),
    Case("revision", {"interest": None}, REVISION),
    Case("revision", {"used_from": LATE, "used_to": EARLY}, REVISION),
    *[Case("revision", {name: 0}, REVISION) for name in ("concurrency", "turns", "input_tokens")],
    Case("revision", {"review_id": "rev_nowhere"}, REVISION),
    Case("revision", {"reviewer_id": NOBODY}, REVISION),
    Case("vote", {"helpful": None}, VOTE),
    Case("vote", {"voter_id": NOBODY}, VOTE),
    Case("vote", {"revision_id": "rvn_nowhere"}, VOTE),
    Case("evidence", {"level": 7}, EVIDENCE),
    Case("evidence", {"level": -1}, EVIDENCE),
    Case("evidence", {"level": 4}, EVIDENCE),
    Case("evidence", {"state": "PERHAPS"}, EVIDENCE),
    Case("evidence", {"state": "PENDING"}, EVIDENCE),
    Case("evidence", {"decided_at": None}, EVIDENCE),
    Case("evidence", {"reason": "x" * 2_001}, EVIDENCE),
    Case("evidence", {"review_id": "rev_nowhere"}, EVIDENCE),
    Case("evidence", {"decided_by_id": NOBODY}, EVIDENCE),
    Case("session", {"digest": "0" * 63}, SESSION),
    Case("session", {"digest": "0" * 65}, SESSION),
    Case("session", {"reviewer_id": NOBODY}, SESSION),
    Case("session", {"expires_at": 0}, SESSION),
    Case("sign_in", {"digest": "short"}, SIGN_IN),
    Case("sign_in", {"browser_digest": "short"}, SIGN_IN),
    Case("sign_in", {"next_path": "https://evil.example"}, SIGN_IN),
    *[Case("reviewer", {"trust": trust}, REVIEWER) for trust in (-0.01, 1.01, float("nan"), float("inf"))],
    *[Case("reviewer", {"track_record": value}, REVIEWER) for value in (0.39, 1.51)],
    *[Case("reviewer", {"severity": value}, REVIEWER) for value in (-0.51, 0.51)],
    Case("reviewer", {"standing": 3}, REVIEWER),
    Case("reviewer", {"role": "KING"}, REVIEWER),
    Case("reviewer", {"issuer": "MYSPACE"}, REVIEWER),
    Case("reviewer", {"subject": "the first"}, REVIEWER),
    Case("model", {"developer_id": "dev_nobody"}, MODEL),
    Case("model", {"slug": "the/model"}, MODEL),
    Case("model", {"context_window": 0}, MODEL),
    Case("model", {"output_limit": -1}, MODEL),
    Case("model", {"open_weights": None}, MODEL),
    Case("model_alias", {"model_id": "mdl_nowhere"}, {"name": "another"}),
    Case("model_alias", {"valid_from": LATE, "valid_to": EARLY}, {"name": "another"}),
    Case("model_alias", {"name": "alias"}, {"name": "another"}),
    Case("provider", {"slug": "the-provider"}, {"slug": "another"}),
    Case("developer", {"slug": "the-developer"}, {"slug": "another"}),
    Case("endpoint", {"model_id": "mdl_nowhere"}, ENDPOINT),
    Case("endpoint", {"provider_id": "prv_nowhere"}, ENDPOINT),
    Case("endpoint", {"provider_model_id": "there"}, ENDPOINT),
    Case("endpoint", {"context_limit": 0}, ENDPOINT),
    Case("price_period", {"input_usd_per_mtok": -1}),
    Case("price_period", {"output_usd_per_mtok": -1}),
    Case("price_period", {"cache_read_usd_per_mtok": -1}),
    Case("price_period", {"cache_write_usd_per_mtok": -1}),
    Case("price_period", {"input_usd_per_mtok": None, "output_usd_per_mtok": None}),
    Case("price_period", {"valid_from": LATE, "valid_to": EARLY}),
    Case("price_period", {"endpoint_id": "end_nowhere"}),
    Case("price_period", {"above_tokens": 0}),
    Case("price_period", {"terms": ""}),
    Case("source", {"url": "ftp://example.com"}, {"name": "another"}),
    Case("source", {"licence": ""}, {"name": "another"}),
    Case("source", {"attribution": ""}, {"name": "another"}),
    Case("source", {"name": "the source"}, {"name": "another"}),
    Case("benchmark", {"slug": "The_Benchmark"}, BENCHMARK),
    Case("benchmark", {"name": "The Benchmark"}, BENCHMARK),
    *[Case("benchmark_score", {"value": value}, FACT) for value in (None, -0.1, 100.1, float("nan"), float("inf"))],
    *[Case("benchmark_score", {"unit": unit}, FACT) for unit in ("SECONDS", "POINTS")],
    *[Case("agent_result", {"value": value}, FACT) for value in (None, -0.1, 100.1, float("nan"), float("inf"))],
    *[Case("agent_result", {"unit": unit, "value": 0}, FACT) for unit in ("USD", "USD_TOTAL", "POINTS")],
    Case("agent_result", {"unit": "RATIO", "value": 1.01}, FACT),
    Case("agent_result", {"unit": "SECONDS", "value": None}, FACT),
    Case("agent_result", {"unit": None, "value": None}, FACT),
    Case("agent_result", {"n": 0}, FACT),
    Case("agent_result", {"use_case": "POETRY"}, FACT),
    Case("agent_result", {"dimension": "BEAUTY"}, FACT),
    Case("agent_result", {"harness": ""}, FACT),
    Case("endpoint_result", {"value": None}, FACT),
    Case("endpoint_result", {"unit": "RATIO", "value": 1.01}, FACT),
    Case("endpoint_result", {"n": 0}, FACT),
    Case("endpoint_result", {"concurrency": 0}, FACT),
    Case("endpoint_result", {"host": ""}, FACT),
    Case("endpoint_result", {"endpoint_id": "end_nowhere"}, FACT),
    Case("endpoint_result", {"provider_id": "prv_nowhere"}, FACT),
    *[
        Case(table, bad, FACT)
        for table in ("benchmark_score", "agent_result", "endpoint_result")
        for bad in (
            {"configuration": "the configuration"},  # the same fact twice
            {"configuration": ""},
            {"reporter": "GOSSIP"},
            {"reported_on": None},
            {"source_id": "src_nowhere"},
            {"model_id": "mdl_nowhere"},
        )
    ],
    Case("benchmark_score", {"benchmark_id": "bmk_nowhere"}, FACT),
    Case("import_digest", {"digest": "short"}, {"name": "another"}),
    Case("statistic", {"dimension": "BEAUTY"}, STATISTIC),
    Case("statistic", {"scoring_level": 6}, STATISTIC),
    Case("statistic", {"standing": 3}, STATISTIC),
    Case("statistic", {"bin": 33}, STATISTIC),
    Case("statistic", {"bin": -1}, STATISTIC),
    Case("statistic", {"epoch_id": 99}, STATISTIC),
    Case("statistic", {"endpoint_id": "end_nowhere"}, STATISTIC),
    Case("epoch", {"baselines": None}, {"id": 7}),
    *[Case("api_token", {"digest": digest}, API_TOKEN) for digest in ("2" * 63, "2" * 65, "d" * 64)],
    *[Case("api_token", {"scope_bits": bits}, API_TOKEN) for bits in (0, 32, -1)],
    *[Case("api_token", {"name": name}, API_TOKEN) for name in ("", "x" * 101, None)],
    *[Case("api_token", {"expires_at": moment}, API_TOKEN) for moment in (0, 2**62)],
    Case("api_token", {"reviewer_id": NOBODY}, API_TOKEN),
    Case("attestation", {"token_id": "the first"}, ATTESTATION),
    Case("attestation", {"run_id": 17}, ATTESTATION),
    *[Case("attestation", {name: 0}, ATTESTATION) for name in ("repository_id", "owner_id", "run_id", "attempt")],
    *[Case("attestation", {"token_id": token_id}, ATTESTATION) for token_id in ("", "x" * 201)],
    Case("attestation", {"digest": "short"}, ATTESTATION),
    Case("attestation", {"review_id": "rev_nowhere"}, ATTESTATION),
    Case("attestation", {"reviewer_id": NOBODY}, ATTESTATION),
    Case("attestation", {"endpoint_id": "end_nowhere"}, ATTESTATION),
    *[Case("proof", {"level": level}, PROOF) for level in (1, 2, 4)],
    *[Case("proof", {"state": state}, PROOF) for state in ("PENDING", "PROVEN", "FAILED", "PERHAPS")],
    *[Case("proof", {"check_at": 7}, PROOF), Case("proof", {"fault": "AGE"}, PROOF)],
    *[Case("proof", {"misses": misses}, PROOF) for misses in (-1, 3)],
    Case("proof", {"challenge": "short"}, PROOF),
    Case("proof", {"review_id": "rev_nowhere"}, PROOF),
    Case("summary", {"digest": "f" * 64}, SUMMARY),
    Case("summary", {"digest": "short"}, SUMMARY),
    Case("summary", {"state": "PERHAPS"}, SUMMARY),
    Case("summary", {"origin": "HEARSAY"}, SUMMARY),
    Case("summary", {"requests": -1}, SUMMARY),
    Case("summary", {"first_day": LATE, "last_day": EARLY}, SUMMARY),
    *[Case("summary", {name: "none"}, SUMMARY) for name in ("review_id", "reviewer_id", "endpoint_id")],
    Case("summary", {"attestation_id": "att_nowhere"}, SUMMARY),
    Case("seen_trace", {"digest": "a" * 16}, TRACE),
    Case("seen_trace", {"digest": "short"}, TRACE),
    Case("seen_trace", {"summary_id": "smr_nowhere"}, TRACE),
    *[Case(table, {"value": value}, fresh) for table, fresh in FIGURES for value in (-0.1, 1.1, None)],
    *[Case(table, {"unit": "PERCENT"}, fresh) for table, fresh in FIGURES],
    *[Case(table, {"origin": "HEARSAY"}, fresh) for table, fresh in FIGURES],
    *[Case(table, {"n": 0}, fresh) for table, fresh in FIGURES],
    *[Case(table, {"concurrency": 0.5}, fresh) for table, fresh in FIGURES],
    *[Case(table, {"metric": "LATENCY_P95"}, fresh) for table, fresh in FIGURES],
    Case("measurement", {"summary_id": "smr_nowhere"}, FIGURE),
    Case("pooled_measurement", {"lowest": 0.3, "highest": 0.2}, FIGURE),
    Case("pooled_measurement", {"lowest": -0.1}, FIGURE),
    Case("pooled_measurement", {"endpoint_id": "end_nowhere"}, FIGURE),
    *[Case("pooled_measurement", {"reviewers": count}, FIGURE) for count in (0, 3)],
    Case("repository_claim", {"number": 42}, CLAIM),
    Case("repository_claim", {"number": 0}, CLAIM),
    Case("repository_claim", {"kind": "FRIEND"}, CLAIM),
    Case("repository_claim", {"endpoint_id": "end_nowhere"}, CLAIM),
    Case("repository_claim", {"reviewer_id": NOBODY}, CLAIM),
]


async def copy(table: str, **changes: Any) -> None:
    """Insert the first row of a table again, changed, under another id."""
    row = (await fetch(f"SELECT * FROM {table} ORDER BY 1 LIMIT 1"))[0]
    row |= ({"id": "a copy"} if isinstance(row.get("id"), str) else {}) | changes
    statement = Statement()
    holes = ", ".join(statement.bind(value) for value in row.values())
    await fetch(f"INSERT INTO {table} ({', '.join(row)}) VALUES ({holes})", statement.values)


async def refused(table: str, **changes: Any) -> bool:
    """Whether the database refuses the copy."""
    try:
        await copy(table, **changes)
    except REFUSED:
        return True
    return False


@pytest.fixture
async def review(make: World) -> tables.Review:
    """A review, with a good row in every other table."""
    developer, provider = await make.developer(slug="the-developer"), await make.provider(slug="the-provider")
    model = await make.model(slug="the/model", developer_id=developer.id)
    endpoint = await make.endpoint(model_id=model.id, provider_id=provider.id, provider_model_id="there")
    await make.price(endpoint)
    await tables.ModelAlias.create(model_id=model.id, source="test", name="alias")
    source, benchmark = (
        await make.source(name="the source"),
        await make.benchmark(slug="The_Benchmark", name="The Benchmark"),
    )
    fact: Row = {"model_id": model.id, "source_id": source.id, "configuration": "the configuration"}
    await make.score(benchmark_id=benchmark.id, **fact)
    await make.agent_result(**fact)
    await make.endpoint_result(endpoint, **fact)
    await tables.ImportDigest.create(name="the import", digest="d" * 64)
    author = await make.reviewer(id="rvr_000000000000", subject="the first")
    await make.reviewer(id=VOTE["voter_id"])
    made = await make.review(endpoint, author)
    await make.evidence(made)
    await make.vote(made)
    end = make.now + timedelta(days=1)
    await tables.Session.create(digest="a" * 64, reviewer_id=author.id, created_at=make.now, expires_at=end)
    await tables.ApiToken.create(
        reviewer_id=author.id, name="ci", digest="d" * 64, scope_bits=31, created_at=make.now, expires_at=end
    )
    await tables.Attestation.create(
        review_id=made.id, reviewer_id=author.id, endpoint_id=endpoint.id, issuer="local", token_id="the first",
        repository_id=1, owner_id=42, run_id=17, attempt=1, event="push", hosted=True, strong=False,
        digest="e" * 64, created_at=make.now,
    )  # fmt: skip
    await tables.Proof.create(review_id=made.id, level=2, subject={}, challenge="c" * 16, created_at=make.now)
    summary = await tables.Summary.create(
        review_id=made.id, reviewer_id=author.id, endpoint_id=endpoint.id, use_case="CODING", digest="f" * 64,
        figures={}, state="ACCEPTED", origin="ATTESTED", requests=200, first_day=EARLY, last_day=LATE,
        created_at=make.now,
    )  # fmt: skip
    figure: Row = {"metric": "LATENCY_P95", "value": 0.5, "unit": "RATIO", "n": 5, "origin": "ATTESTED"}
    figure |= {"first_day": EARLY, "last_day": LATE}
    await tables.Measurement.create(summary_id=summary.id, review_id=made.id, created_at=make.now, **figure)
    await tables.PooledMeasurement.create(endpoint_id=endpoint.id, use_case="CODING", reports=2, reviewers=1, **figure)
    await fetch("INSERT INTO seen_trace VALUES ($1, $2)", ["a" * 16, summary.id])
    claim = ["local", "OWNER", 42, endpoint.id, author.id, 1]
    await fetch("INSERT INTO repository_claim VALUES ($1, $2, $3, $4, $5, $6)", claim)
    await tables.SignIn.create(digest="b" * 64, browser_digest="c" * 64, verifier="v", next_path="/", expires_at=end)
    return made


async def test_every_bad_row_is_refused_and_every_good_one_taken(review: tables.Review) -> None:
    accepted = [case for case in CASES if not await refused(case.table, **case.fresh | case.bad)]
    assert accepted == []
    wronged = [
        case for case in {case.table: case for case in CASES}.values() if await refused(case.table, **case.fresh)
    ]
    assert wronged == []  # so each bad row was refused for what was bad about it


async def test_no_row_is_without_its_key(review: tables.Review) -> None:
    fresh = {case.table: case.fresh for case in CASES}
    keys = [
        (table, key) for table in fresh for key in ("id", "digest") if key in await names(table) and table != "epoch"
    ]
    assert len(keys) > 15
    assert [table for table, key in keys if not await refused(table, **fresh[table] | {key: None})] == []


async def test_nobody_votes_on_their_own_review(review: tables.Review) -> None:
    with pytest.raises(IntegrityError, match=r"nobody_votes_on_their_own_review"):
        await copy("vote", voter_id=review.reviewer_id)


async def test_a_vote_names_the_author_of_the_revision(review: tables.Review, make: World) -> None:
    other = await make.reviewer()
    assert await refused("vote", voter_id=review.reviewer_id, author_id=other.id)  # a self-vote in disguise
    assert await refused("vote", **VOTE, author_id=other.id)
    assert not await refused("vote", **VOTE)


async def test_a_voter_has_one_vote_on_a_revision(review: tables.Review) -> None:
    assert await refused("vote")
    assert await refused("vote", helpful=False)
    assert await tables.Vote.all().count() == 1


async def test_a_revision_is_immutable(review: tables.Review) -> None:
    before = await fetch("SELECT * FROM revision")
    for change in ("latency = 5", "pros = 'Better.'", "number = 9", "reviewer_id = reviewer_id"):
        with pytest.raises(IntegrityError, match="immutable"):
            await fetch(f"UPDATE revision SET {change}")
    assert await fetch("SELECT * FROM revision") == before


async def second(**changes: Any) -> None:
    """Write a review and its revision once more under other ids, changed."""
    async with in_transaction():
        await copy("revision", id="a copy", review_id="a copy")
        await copy("review", **{"revision_id": "a copy"} | changes)


async def test_one_live_review_for_a_reviewer_endpoint_and_use_case(review: tables.Review) -> None:
    for state in ("PUBLISHED", "HIDDEN"):
        with pytest.raises(REFUSED):
            await second(state=state)
    await fetch("UPDATE review SET state = 'RETRACTED'")
    await second(state="PUBLISHED")
    with pytest.raises(REFUSED):
        await fetch("UPDATE review SET state = 'PUBLISHED'")


async def test_an_idempotency_key_is_used_once_by_one_reviewer(review: tables.Review) -> None:
    await fetch("UPDATE review SET idempotency_key = 'k'")
    with pytest.raises(REFUSED):
        await second(use_case="RAG")
    await second(use_case="RAG", idempotency_key=None)


@pytest.mark.parametrize(
    "change",
    [
        {"use_case": "POETRY"},
        {"state": "BURNT"},
        {"scoring_level": 6},
        {"scoring_level": -1},
        {"idempotency_key": ""},
        {"idempotency_key": "k" * 101},
        {"updated_at": 0},
        {"endpoint_id": "end_nowhere"},
        {"reviewer_id": "rvr_somebodyelse"},
        {"revision_id": "rvn_nowhere"},
    ],
    ids=str,
)
async def test_a_bad_review_is_refused(review: tables.Review, change: Row) -> None:
    with pytest.raises(REFUSED):
        await second(**{"use_case": "RAG"} | change)
    assert await tables.Review.all().count() == await tables.Revision.all().count() == 1
    await second(use_case="RAG")


async def test_a_review_shows_a_revision_of_its_own(review: tables.Review, make: World) -> None:
    other = await make.review()
    with pytest.raises(REFUSED):
        await fetch("UPDATE review SET revision_id = $1 WHERE id = $2", [other.revision_id, review.id])


async def test_rows_that_others_point_at_stay(review: tables.Review) -> None:
    for table in ("developer", "model", "provider", "endpoint", "revision"):
        with pytest.raises(REFUSED):
            await fetch(f"DELETE FROM {table}")


TABLES = [
    value
    for value in vars(tables).values()
    if isinstance(value, type) and issubclass(value, Table) and value is not Table
]
UNMAPPED = versions.UNMAPPED | {"migration"}
KEYLESS = {
    # A foreign key without an index costs only where the row it points at is deleted or its key is changed.
    ("revision", "reviewer_id"): "a reviewer is never deleted: reviews keep their author",
    ("review", "revision_id"): "a revision is deleted with its review alone, a handful at a time",
    ("evidence", "decided_by_id"): "a moderator is never deleted",
    ("statistic", "endpoint_id"): "an endpoint is never deleted",
    ("attestation", "endpoint_id"): "an endpoint is never deleted",
    ("repository_claim", "endpoint_id"): "an endpoint is never deleted",
}


async def names(table: str) -> dict[str, bool]:
    """The columns of a table and whether each may be null."""
    if dialect() == "sqlite":
        return {row["name"]: not row["notnull"] for row in await fetch(f"PRAGMA table_info({table})")}
    rows = await fetch(
        "SELECT column_name, is_nullable FROM information_schema.columns WHERE table_name = $1"
        " AND table_schema = 'public'",
        [table],
    )
    return {row["column_name"]: row["is_nullable"] == "YES" for row in rows}


async def listed() -> set[str]:
    """The tables of the database."""
    sql = "SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public'"
    if dialect() == "sqlite":
        sql = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%'"
    return {row["name"] for row in await fetch(sql)}


async def test_the_tables_are_those_of_the_code(make: World) -> None:
    assert await listed() == {table._meta.db_table for table in TABLES} | UNMAPPED


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table._meta.db_table)
async def test_a_table_has_the_columns_of_the_code(make: World, table: type[Table]) -> None:
    declared = {field.source_field or name: field.null for name, field in table._meta.fields_map.items()}
    assert await names(table._meta.db_table) == declared


async def foreign_keys() -> set[tuple[str, str]]:
    """The first column of every foreign key, with its table."""
    if dialect() == "postgresql":
        rows = await fetch(
            "SELECT c.conrelid::regclass::text AS owner, a.attname AS name FROM pg_constraint c"
            " JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1] WHERE c.contype = 'f'"
        )
    else:
        rows = await fetch(
            'SELECT t.name AS owner, k."from" AS name FROM sqlite_schema t, pragma_foreign_key_list(t.name) k'
            " WHERE t.type = 'table' AND k.seq = 0"
        )
    return {(row["owner"], row["name"]) for row in rows}


async def indexed() -> set[tuple[str, str]]:
    """The first column of every index that covers its whole table, with that table."""
    if dialect() == "postgresql":
        rows = await fetch(
            "SELECT i.indrelid::regclass::text AS owner, a.attname AS name FROM pg_index i"
            " JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0] WHERE i.indpred IS NULL"
        )
    else:
        rows = await fetch(
            "SELECT t.name AS owner, c.name AS name FROM sqlite_schema t, pragma_index_list(t.name) i,"
            " pragma_index_info(i.name) c WHERE t.type = 'table' AND c.seqno = 0 AND NOT i.partial"
        )
    return {(row["owner"], row["name"]) for row in rows}


async def test_a_foreign_key_begins_an_index(make: World) -> None:
    keys = await foreign_keys()
    assert len(keys) > 20
    assert keys - await indexed() == KEYLESS.keys()
