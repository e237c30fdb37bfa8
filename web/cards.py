"""What a page's picture says when somebody shares the page: nothing but what the page's query answered."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from web.rendering import count, day, share, stars
from web.scatter import shown
from web.words import DIMENSIONS, PROOF, RESPECTS, USE_CASES

ROWS = 5
STARS = "Stars from 1 to 5 with 95 % intervals, n reviews. Hollow: provisional."
UNREVIEWED = "no reviews yet"
Data = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Mark:
    """Where something lies from 1 to 5 stars, and how sure that is."""

    score: float
    low: float
    high: float
    provisional: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """A name, where it stands, and what is told of it."""

    name: str
    told: str
    mark: Mark | None = None


@dataclass(frozen=True, slots=True)
class Card:
    """The words and marks of one picture."""

    title: str
    under: str
    rows: tuple[Row, ...] = ()
    note: str = ""

    @property
    def words(self) -> str:
        """The same for who cannot see it."""
        rows = "; ".join(f"{row.name}: {row.told}" for row in self.rows)
        return ". ".join(part.rstrip(".") for part in (self.title, self.under, rows, self.note) if part) + "."


def front(data: Data, _asked: Data) -> Card:
    """What the instance holds."""
    held = ((data[noun]["totalCount"], noun) for noun in ("models", "endpoints", "providers"))
    reviews = data["reviews"]["totalCount"]
    told = f"{count(reviews)} reviews by practitioners" if reviews else UNREVIEWED
    return Card(
        "How language models behave once they are deployed in agents",
        ", ".join(f"{count(number)} {noun}" for number, noun in held) + ": " + told,
        note="Every score with its interval. Every number open to your own query.",
    )


def leaderboard(data: Data, asked: Data) -> Card:
    """The first of a use case."""
    standings = data["ranking"]["nodes"][:ROWS]
    rows = [standing(each, f"{places(each)}{name(each['subject'])}") for each in standings]
    under = "Language models ranked by what practitioners report from deployed agents"
    empty = "Nothing here is backed by enough proven reviews yet."
    return Card(f"{USE_CASES[asked['useCase']]} leaderboard", under, tuple(rows), STARS if rows else empty)


def model(data: Data, _asked: Data) -> Card:
    found = data["model"]
    return Card(found["name"], f"By {found['developer']['name']}, all hosts pooled", by_use_case(found), STARS)


def endpoint(data: Data, _asked: Data) -> Card:
    found = data["endpoint"]
    return Card(f"{found['model']['name']} at {found['provider']['name']}", found["slug"], by_use_case(found), STARS)


def compare(data: Data, asked: Data) -> Card:
    """Those side by side; the probability of the first difference."""
    if "compare" not in data:
        under = "How endpoints or models stand in deployed agents, how sure their differences are, what they cost"
        return Card("Compare side by side", under)
    sides, first = data["compare"]["standings"], data["compare"]["differences"][0]
    rows = [standing(each, name(each["subject"])) for each in sides]
    sure = f"{first['left']} is better than {first['right']} with probability {share(first['score']['probability'])}"
    return Card(f"Side by side in {said(asked['useCase'])}", sure, tuple(rows[:ROWS]), STARS + rest(rows))


def frontier(data: Data, asked: Data) -> Card:
    """Those that nobody betters in both respects."""
    across, up = asked["x"], asked["y"]
    efficient = [each for each in data["frontier"]["nodes"] if each["efficient"]]
    rows = [Row(each["endpoint"]["slug"], f"{shown(each['x'], across)} · {shown(each['y'], up)}") for each in efficient]
    under = f"Nobody betters these in both. {RESPECTS[across]} · {RESPECTS[up]}"
    empty = "No review-backed endpoint has both figures yet."
    note = f"{len(rows)} on the frontier.{rest(rows)}" if rows else empty
    return Card(f"Frontier, {said(asked['useCase'])}", under, tuple(rows[:ROWS]), note)


def gap(data: Data, asked: Data) -> Card:
    """The verdict with its figures."""
    if "realityGap" not in data:
        return Card("Reality gap", "Does a good place in a benchmark mean a good place where agents work?")
    found, target = data["realityGap"], asked["target"]
    against = target.get("metric") or DIMENSIONS[target["dimension"]].lower()
    rows = [
        correlation("Spearman, all with both figures", found["spearman"], found["n"]),
        correlation("Kendall, the same", found["kendall"], found["n"]),
        correlation("Spearman, the benchmark's top half", found["topHalf"]["spearman"], found["topHalf"]["n"]),
    ]
    note = "Rank correlations with 95 % intervals, n models."
    return Card(f"{found['benchmark']['name']} against {against}", found["verdict"], tuple(rows), note)


def review(data: Data, _asked: Data) -> Card | None:
    """The ratings and what they count; None for one that only its author and moderators still see."""
    found = data["review"]
    if found["state"] != "PUBLISHED":
        return None
    weight, author = found["weight"], found["reviewer"]
    made_up = " (made up)" if author["demo"] else ""
    signed = f"By {author['login']}{made_up}, {day(found['publishedAt'])}: {PROOF[weight['scoringLevel']]}"
    rows = [
        Row(DIMENSIONS[each["dimension"]], f"{each['stars']} of 5", Mark(each["stars"], each["stars"], each["stars"]))
        for each in found["revision"]["ratings"]
    ]
    note = f"Counts {stars(weight['value'])} votes of a fresh, CI-attested review."
    return Card(f"{USE_CASES[found['useCase']]} on {found['endpoint']['slug']}", signed, tuple(rows), note)


def reviewer(data: Data, _asked: Data) -> Card:
    found = data["reviewer"]
    vouched = {
        "GITHUB": "Identity vouched for by GitHub",
        "LOCAL": "No proof of identity",
        "DEMO": "Made up, no person",
    }
    rows = (
        Row("Reviews", count(found["reviews"]["totalCount"])),
        Row("Track record, 1 is neutral", stars(found["trackRecord"])),
        Row("Trust, 0 to 1", stars(found["trust"])),
        Row("Severity, stars taken off", f"{found['severity']:+.2f}"),
    )
    return Card(found["login"], f"{vouched[found['issuer']]}, here since {day(found['joinedAt'])}", rows)


def by_use_case(subject: Data) -> tuple[Row, ...]:
    return tuple(standing(subject[use_case], title) for use_case, title in USE_CASES.items())


def standing(found: Data, called: str) -> Row:
    """A standing with its interval and n; without a review of its own it is said to have none."""
    low, high = found["interval"]["low"], found["interval"]["high"]
    mark = Mark(found["score"], low, high, found["status"] == "PROVISIONAL")
    told = f"{stars(found['score'])}  ({stars(low)}–{stars(high)})  n {found['reviewCount']}"
    return Row(called, told if found["reviewCount"] else UNREVIEWED, mark)


def correlation(called: str, found: Data, n: int) -> Row:
    if found["value"] is None:
        return Row(called, f"–  n {n}")
    interval = "" if found["low"] is None else f"  ({found['low']:+.2f} to {found['high']:+.2f})"
    return Row(called, f"{found['value']:+.2f}{interval}  n {n}")


def places(found: Data) -> str:
    """The ranks it may have, before its name; nothing while it has none."""
    ranks = found["rankRange"]
    if not ranks:
        return ""
    return f"{ranks['best']}  " if ranks["best"] == ranks["worst"] else f"{ranks['best']}–{ranks['worst']}  "


def name(subject: Data) -> str:
    return str(subject.get("name") or subject["slug"])


def said(use_case: str) -> str:
    """A use case inside a sentence."""
    return USE_CASES[use_case].lower().replace("(rag)", "(RAG)")


def rest(rows: Iterable[object]) -> str:
    """How many rows have no room."""
    more = len(list(rows)) - ROWS
    return f" And {more} more." if more > 0 else ""
