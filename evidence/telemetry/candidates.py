"""Which review an upload is for: the one whose model its calls name."""

from collections.abc import Sequence
from dataclasses import dataclass

from evidence import prices
from evidence.telemetry.lookups import Resolve
from evidence.telemetry.reading import Reading
from evidence.telemetry.refusals import Reason, Refusal
from evidence.telemetry.spans import Operation
from evidence.telemetry.summaries import summarise
from evidence.telemetry.summary import Summary


@dataclass(frozen=True, slots=True)
class Candidate:
    """A review, the slug of its model and every name that we know the model by."""

    review: str
    model: str
    names: tuple[str, ...]

    def resolve(self) -> Resolve:
        """Knows this one model: by a name of it in any case, or by one that genai-prices takes for the same model."""
        known = {name.lower() for name in (*self.names, self.model)}
        same = {found for name in known if (found := priced(name, None))}

        def resolved(model: str, provider: str | None) -> str | None:
            named = model.lower() in known or priced(model, provider) in same
            return self.model if named else None

        return resolved

    def means(self, model: str | None) -> bool:
        """Whether a summary of `model`, named as `provider/model`, is one of the candidate's model."""
        if model is None:
            return False
        maker, _, name = model.partition("/")
        return self.resolve()(model, None) is not None or self.resolve()(name, maker) is not None


def priced(model: str, provider: str | None) -> str | None:
    """The id that genai-prices has for a model, whoever serves it."""
    found = prices.resolve(model, provider) or prices.resolve(model, None)
    return found.partition("/")[2] if found else None


def matched(reading: Reading, candidates: Sequence[Candidate]) -> Summary | Refusal:
    """The summary for the one candidate whose model was called."""
    found = [each for each in candidates if _called(reading, each.resolve())]
    if not found:
        return Refusal(Reason.NO_REVIEW, "No call is of a model that one of your reviews is about.")
    if len(found) > 1:
        return Refusal(Reason.AMBIGUOUS, "Several of your reviews fit: name one in the header `x-review-id`.")
    [one] = found
    return summarise(reading, one.resolve(), prices.price, one.model, review=one.review)


def _called(reading: Reading, resolve: Resolve) -> bool:
    return any(span.model and resolve(span.model, span.provider) for span in reading.of(Operation.INFERENCE))
