"""Error classes out of status codes and the names that client libraries give their errors."""

import re
from typing import Any

from evidence.telemetry.spans import Failure
from evidence.telemetry.values import whole

_STATUSES = {int(failure): failure for failure in Failure if failure.value.isdigit()}
_NAMES = {
    Failure.BAD_REQUEST: "badrequest invalidrequest unprocessableentity contextwindowexceeded",
    Failure.UNAUTHORIZED: "authentication unauthorized unauthenticated",
    Failure.PAYMENT_REQUIRED: "paymentrequired insufficientcredits billing insufficientquota",
    Failure.FORBIDDEN: "permission permissiondenied forbidden",
    Failure.NOT_FOUND: "notfound",
    Failure.TOO_LONG: "requesttoolarge payloadtoolarge",
    Failure.RATE_LIMITED: "ratelimit ratelimitexceeded toomanyrequests resourceexhausted throttling",
    Failure.SERVER: "internalserver server overloaded serviceunavailable internal badgateway unavailable",
    Failure.TIMEOUT: "timeout apitimeout readtimeout connecttimeout deadlineexceeded gatewaytimeout",
    Failure.CONNECTION: "apiconnection connection connect remoteprotocol unknownhost",
    Failure.MID_STREAM: "midstream stream incompletestream incompleteread chunkedencoding",
    Failure.CANCELLED: "cancelled canceled abort aborted apiuserabort",
    Failure.INVALID_JSON: "jsondecode invalidjson jsonparse",
    Failure.UNKNOWN_TOOL: "nosuchtool unknowntool toolnotfound invalidtoolname",
    Failure.SCHEMA_MISMATCH: "validation schemavalidation typevalidation invalidtoolinput invalidtoolarguments",
}
_CLASSES = {name: failure for failure, names in _NAMES.items() for name in names.split()}
_NOISE = re.compile(r"^ai_|(error|exception)$|[^a-z0-9]")


def failure(name: Any) -> Failure | None:
    """The class of an error that names itself by a status or by the class of an exception; null without a name."""
    if status := whole(name):
        return of_status(status)
    if not isinstance(name, str) or not name:
        return None
    plain = name[:256].lower().rpartition(".")[2]
    return _CLASSES.get(_NOISE.sub("", _NOISE.sub("", plain)), Failure.OTHER)


def of_status(value: Any) -> Failure | None:
    """The class of an HTTP status; null below 400."""
    status = whole(value)
    if status is None or status < 400:
        return None
    return Failure.SERVER if 500 <= status <= 599 else _STATUSES.get(status, Failure.OTHER)
