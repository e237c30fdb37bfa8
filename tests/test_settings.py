"""Settings: sensible without any, and refused in one sentence where they would be unsafe."""

import stat
from pathlib import Path

import pytest
from starlette.routing import Route

from main import application
from settings import Settings, UnsafeSettings, read_settings

SECRET = "a-secret-of-the-tests-in-32-signs"
RECEIPT_KEY = "A" * 43
GITHUB = {"GITHUB_CLIENT_ID": "an-id", "GITHUB_CLIENT_SECRET": "canary-github"}
KEYS = {"SECRET": SECRET, "RECEIPT_KEY": RECEIPT_KEY}
PRODUCTION = {"ORIGIN": "https://claw.example", "HOST": "0.0.0.0", **KEYS, **GITHUB}  # noqa: S104  # behind a proxy


@pytest.fixture
def data(tmp_path: Path) -> dict[str, str]:
    return {"DATA_DIR": str(tmp_path / "data")}


def paths(settings: Settings) -> set[str]:
    return {route.path for route in application(settings).routes if isinstance(route, Route)}


def test_nothing_need_be_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    settings = read_settings({})
    assert (settings.host, settings.port, settings.origin) == ("127.0.0.1", 8000, "http://127.0.0.1:8000")
    assert settings.database.url == "sqlite:///data/bestclawmodels.db"
    assert settings.database.dialect == "sqlite"
    assert settings.github is None
    assert settings.moderators == frozenset()
    assert settings.local


def test_everything_may_be_said_otherwise() -> None:
    url = "postgresql://claw@db.example/claw"
    settings = read_settings({**PRODUCTION, "PORT": "80", "DATABASE_URL": url, "MODERATORS": "583231, 7,"})
    assert (settings.host, settings.port, settings.origin) == ("0.0.0.0", 80, "https://claw.example")  # noqa: S104  # as given
    assert (settings.database.url, settings.database.dialect) == (url, "postgresql")
    assert settings.secret == SECRET.encode()
    assert settings.github
    assert settings.github.client_id == "an-id"
    assert settings.moderators == {"583231", "7"}


def test_the_database_lives_in_the_data_directory(data: dict[str, str]) -> None:
    assert read_settings(data).database.path == Path(data["DATA_DIR"]) / "bestclawmodels.db"


@pytest.mark.parametrize(
    ("environment", "origin"),
    [
        ({"PORT": "8123"}, "http://127.0.0.1:8123"),
        ({"HOST": "localhost"}, "http://localhost:8000"),
        ({"HOST": "::1"}, "http://[::1]:8000"),
        ({"ORIGIN": "http://localhost:9000/"}, "http://localhost:9000"),
        ({"ORIGIN": "https://claw.example/", **KEYS}, "https://claw.example"),
    ],
)
def test_the_origin_follows_host_and_port_unless_it_is_given(
    data: dict[str, str], environment: dict[str, str], origin: str
) -> None:
    assert read_settings(data | environment).origin == origin


@pytest.mark.parametrize(
    ("environment", "named"),
    [
        *(({"KEEP_MB": size}, "KEEP_MB") for size in ("", "-1", "1.5", "much", "9" * 5000)),
        *(({"PORT": port}, "PORT") for port in ("", "0", "-1", "65536", "http", "80.0", "9" * 5000)),
        ({"HOST": "0.0.0.0"}, "ORIGIN"),  # noqa: S104  # what is refused
        ({"HOST": "claw.example"}, "ORIGIN"),
        ({"ORIGIN": "http://claw.example"}, "ORIGIN"),
        ({"ORIGIN": "http://127.0.0.1.evil.example"}, "ORIGIN"),
        ({"ORIGIN": "http://["}, "ORIGIN"),
        *(
            ({"ORIGIN": origin}, "ORIGIN")
            for origin in ("", "claw.example", "ftp://claw.example", "https://", "https:")
        ),
        *(
            ({"ORIGIN": f"https://{rest}", **KEYS}, "ORIGIN")
            for rest in (
                "claw.example/api",
                "claw.example?a=b",
                "user@claw.example",
                "claw.example:port",
                "claw.example#a",
            )
        ),
        ({"ORIGIN": "https://claw.example"}, "SECRET"),
        ({"ORIGIN": "https://claw.example", "SECRET": "x" * 31}, "SECRET"),
        ({"SECRET": "x" * 31}, "SECRET"),
        *(({name: value}, "GITHUB_CLIENT_") for name, value in GITHUB.items()),
        *(({"MODERATORS": given}, "MODERATORS") for given in ("octocat", "1,octocat", "-1", "1;2", "1.0")),
        *(
            ({"DATABASE_URL": url}, "DATABASE_URL")
            for url in ("", "claw.db", "mysql://root:canary@db.example/claw", "sqlite+aiosqlite:///claw.db")
        ),
    ],
)
def test_an_unsafe_setting_is_refused_in_one_sentence_that_names_it(
    data: dict[str, str], environment: dict[str, str], named: str
) -> None:
    with pytest.raises(UnsafeSettings, match=named) as refused:
        read_settings(data | environment)
    sentence = str(refused.value)
    assert sentence.endswith(".")
    assert "\n" not in sentence
    assert not any(value in sentence for name, value in environment.items() if "SECRET" in name)
    assert "canary" not in sentence


@pytest.mark.parametrize(
    ("environment", "offered"),
    [
        ({}, True),
        ({"HOST": "localhost"}, True),
        ({"HOST": "0.0.0.0", "ORIGIN": "http://127.0.0.1:8000"}, False),  # noqa: S104  # what is refused
        ({"ORIGIN": "https://claw.example", **KEYS}, False),
        (GITHUB, False),
        (PRODUCTION, False),
    ],
)
def test_signing_in_without_proof_is_offered_to_this_machine_alone(
    data: dict[str, str], environment: dict[str, str], offered: bool
) -> None:
    settings = read_settings(data | environment)
    assert settings.local is offered
    assert ("/auth/local" in paths(settings)) is offered
    assert ("/auth/github" in paths(settings)) is ("GITHUB_CLIENT_ID" in environment)


def test_a_secret_is_made_once_and_kept_for_the_owner_alone(data: dict[str, str]) -> None:
    first, second = read_settings(data).secret, read_settings(data).secret
    path = Path(data["DATA_DIR"]) / "secret"
    assert first == second == path.read_bytes()
    assert len(first) >= 32
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_two_instances_make_two_secrets(tmp_path: Path) -> None:
    secrets = {read_settings({"DATA_DIR": str(tmp_path / name)}).secret for name in "ab"}
    assert len(secrets) == 2


def test_a_given_secret_is_written_nowhere(data: dict[str, str]) -> None:
    assert read_settings(data | KEYS).secret == SECRET.encode()
    assert not Path(data["DATA_DIR"]).exists()


def test_printed_settings_hold_no_secret() -> None:
    settings = read_settings({**PRODUCTION, "DATABASE_URL": "postgresql://claw:canary-password@db.example/claw"})
    assert settings.secret == SECRET.encode()
    for canary in (SECRET, "canary-github", "canary-password"):
        assert canary not in repr(settings)


def test_the_receipt_key_is_given_or_kept_on_this_machine_alone(data: dict[str, str]) -> None:
    first, second = read_settings(data), read_settings(data)
    assert len(first.receipt_key) == 32
    assert first.receipt_key == second.receipt_key != first.secret
    assert stat.S_IMODE((Path(data["DATA_DIR"]) / "receipt-key").stat().st_mode) == 0o600
    assert read_settings(PRODUCTION).receipt_key == bytes(32)
    for key in ("", "A" * 42, "A" * 44, "not base64"):
        with pytest.raises(UnsafeSettings, match="RECEIPT_KEY"):
            read_settings(PRODUCTION | {"RECEIPT_KEY": key})
