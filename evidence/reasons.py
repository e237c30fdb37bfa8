"""Why an attestation is refused: one code a check. Kept in the audit trail; whoever sent it learns none of them."""

from enum import StrEnum


class Reason(StrEnum):
    """The check that failed first."""

    OVERSIZED = "OVERSIZED"
    """The token is longer than 8 KiB."""
    MALFORMED = "MALFORMED"
    """It is not three base64url segments, of which two hold a JSON object."""
    DUPLICATE_NAMES = "DUPLICATE_NAMES"
    """A name stands twice in one object, so that two readers may understand it differently."""
    UNSIGNED = "UNSIGNED"
    """The algorithm is `none`."""
    ALGORITHM = "ALGORITHM"
    """The algorithm is not RS256."""
    EMBEDDED_KEY = "EMBEDDED_KEY"
    """It brings its own key (`jwk`)."""
    KEY_ADDRESS = "KEY_ADDRESS"
    """It says where to fetch a key (`jku`)."""
    CERTIFICATE = "CERTIFICATE"
    """It brings its own certificate (`x5c`)."""
    CERTIFICATE_ADDRESS = "CERTIFICATE_ADDRESS"
    """It says where to fetch a certificate (`x5u`)."""
    CRITICAL_HEADER = "CRITICAL_HEADER"
    """It demands extensions (`crit`)."""
    UNENCODED_PAYLOAD = "UNENCODED_PAYLOAD"
    """It redefines how its payload is signed (`b64`)."""
    KEY_ID = "KEY_ID"
    """Its `kid` is missing or no plain name."""
    UNKNOWN_ISSUER = "UNKNOWN_ISSUER"
    """No row of the issuers' table has exactly this `iss`."""
    ISSUER_OFF = "ISSUER_OFF"
    """The issuer has been switched off."""
    KEYS_UNAVAILABLE = "KEYS_UNAVAILABLE"
    """The issuer's keys could not be read; the same token may be accepted later."""
    UNKNOWN_KEY = "UNKNOWN_KEY"
    """The issuer publishes no key with this `kid`."""
    SIGNATURE = "SIGNATURE"
    """The signature is not by the issuer's key over these bytes."""
    AUDIENCE_FORM = "AUDIENCE_FORM"
    """`aud` is not one string."""
    AUDIENCE = "AUDIENCE"
    """`aud` names another place than ours."""
    AUDIENCE_DIGEST = "AUDIENCE_DIGEST"
    """`aud` names another summary than the one sent."""
    TIMES = "TIMES"
    """`iat`, `nbf` or `exp` is missing or no whole number."""
    EXPIRED = "EXPIRED"
    """`exp` has passed."""
    ISSUED_LATER = "ISSUED_LATER"
    """`iat` is in the future."""
    NOT_YET = "NOT_YET"
    """`nbf` is in the future."""
    LIFETIME = "LIFETIME"
    """It is valid for more than 15 minutes, or for none."""
    TOKEN_ID = "TOKEN_ID"  # noqa: S105  # a code, no secret
    """`jti` is missing or no short text."""
    CLAIMS = "CLAIMS"
    """A claim about the run is missing or of the wrong form."""
    EVENT = "EVENT"
    """The run was started by an event that outsiders may cause."""
    REF = "REF"
    """The run's ref is neither the default branch nor protected."""
    ACTOR = "ACTOR"
    """The run was started by somebody other than the reviewer."""
    SCHEDULE = "SCHEDULE"
    """A scheduled run of a repository that no run of the reviewer's own has registered."""
    WORKFLOW = "WORKFLOW"
    """The reusable workflow is not on the list."""
    REPLAYED = "REPLAYED"
    """This very token, or this attempt of this run for this endpoint, has been counted."""
    COUNTED = "COUNTED"
    """The repository or its owner counts for this endpoint behind another reviewer."""
    REVIEW = "REVIEW"
    """There is no such published review by the reviewer."""
    WITHDRAWN = "WITHDRAWN"
    """A moderator has rejected or revoked this level of evidence of this review."""

    @property
    def passing(self) -> bool:
        """Whether the same token may be accepted at another time."""
        return self is Reason.KEYS_UNAVAILABLE


class Refused(Exception):  # noqa: N818  # read as what happened
    """A check failed; it never leaves the layer that checks."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.value)
        self.reason = reason
