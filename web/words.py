"""What the API's closed sets are called in sentences."""

USE_CASES = {
    "CODING": "Coding",
    "RAG": "Retrieval (RAG)",
    "CUSTOMER_SERVICE": "Customer service",
    "FINANCIAL_ANALYSIS": "Financial analysis",
    "GENERAL_ASSISTANT": "General assistant",
}
WITHOUT_TASK = {"GENERAL_ASSISTANT"}  # no ready task to price is typical of it
DIMENSIONS = {
    "TOOL_CALLING": "Tool calling",
    "API_RELIABILITY": "API reliability",
    "COST_PER_TASK": "Cost per task",
    "CONTEXT_QUALITY": "Context quality",
    "LATENCY": "Latency",
}
SHORT = {"TOOL_CALLING": "Tools", "API_RELIABILITY": "API", "COST_PER_TASK": "Cost", "CONTEXT_QUALITY": "Context"}
RESPECTS = {
    "TASK_USD": "List price of a task, USD",
    "INPUT_USD": "Input, USD per million tokens",
    "OUTPUT_USD": "Output, USD per million tokens",
    "CONTEXT_LIMIT": "Context, tokens",
    "SCORE": "Score, stars",
    **{dimension: f"{name}, stars" for dimension, name in DIMENSIONS.items()},
}
LESS_IS_BETTER = {"TASK_USD", "INPUT_USD", "OUTPUT_USD"}
TIMES = {"FIRST_CHUNK": "First chunk of a stream", "LATENCY": "Whole model call", "STEP": "Whole agent step"}
MEASURES = {
    "API_SUCCESS": "Calls that the API answered",
    "RATE_LIMITED": "Calls refused with 429",
    "TOOL_SUCCESS": "Tool executions without an error",
    "TOOL_REQUEST_SUCCESS": "Calls whose tool calls were all valid",
    "CUT_OFF": "Answers cut off at a token limit",
    "COST_PER_TASK": "Cost of a task, USD",
}
SHORT_MEASURES = {
    "API_SUCCESS": "Answered",
    "RATE_LIMITED": "Refused, 429",
    "TOOL_SUCCESS": "Tools worked",
    "TOOL_REQUEST_SUCCESS": "Tool calls valid",
    "CUT_OFF": "Cut off",
    "COST_PER_TASK": "A task, USD",
    "LATENCY_P95": "Call, 95 %, s",
}
CHIEF_MEASURES = ["COST_PER_TASK", "LATENCY_P95", "API_SUCCESS"]
LATELY = "the last 180 days"  # how long what was measured counts
MEASURED_ORDERS = {
    "MEASURED_COST": "COST_PER_TASK",
    "MEASURED_LATENCY": "LATENCY_P95",
    "MEASURED_TOOL_SUCCESS": "TOOL_SUCCESS",
    "MEASURED_API_SUCCESS": "API_SUCCESS",
}
MEASURED_ORDER_TITLES = {
    "MEASURED_COST": "measured cost of a task",
    "MEASURED_LATENCY": "measured latency",
    "MEASURED_TOOL_SUCCESS": "measured tool success",
    "MEASURED_API_SUCCESS": "measured answers of the API",
}
ORIGINS = {
    "SELF_REPORTED": "self-reported",
    "RECOMPUTED": "from traces",
    "ATTESTED": "CI-attested",
}
GAPS = [
    ("MMLU", "BFCL v3 multi-turn accuracy", "MMLU against tool calling over several turns"),
    ("GPQA", "BFCL v3 overall accuracy", "GPQA against tool calling"),
    ("HumanEval", "BFCL v3 multi-turn accuracy", "HumanEval against tool calling over several turns"),
]
METRICS = [
    "BFCL v3 multi-turn accuracy",
    "BFCL v3 overall accuracy",
    "BFCL v3 irrelevance detection",
    "BFCL v4 multi-turn accuracy",
    "BFCL v4 overall accuracy",
    "BFCL v4 web search",
    "well-formed edit responses",
    "cost per 1k function calls",
]
TOKEN_SCOPES = {
    "READ": "See what only you may see",
    "REVIEW": "Publish, revise and retract reviews",
    "VOTE": "Cast and withdraw votes",
    "EVIDENCE": "Submit evidence",
    "MODERATE": "Decide about evidence, where you may",
}
PROOF_STATES = {
    "WAITING": "waiting for you: put the word in its place, then ask",
    "PENDING": "will be looked at within minutes",
    "PROVEN": "proven; looked at again every 30 days",
    "FAILED": "failed",
}
FACETS = {
    "TOOL_CALLING": "Picks the right tool, fills in its parameters, recovers when a tool fails.",
    "API_RELIABILITY": "Is up, keeps its format, and lets you through its rate limits as announced.",
    "COST_PER_TASK": "What a finished task costs, retries included; 5 is cheap for what it does.",
    "CONTEXT_QUALITY": "Stays coherent and keeps its instructions as turns and input grow.",
    "LATENCY": "Time to the first token and of the whole step, the slow tail included; 5 is fast.",
}
VOLUMES = {
    "UNDER_100": "fewer than 100 calls a day",
    "FROM_100": "100 to 999 calls a day",
    "FROM_1K": "1,000 to 9,999 calls a day",
    "FROM_10K": "10,000 to 99,999 calls a day",
    "FROM_100K": "100,000 calls a day and more",
}
INTERESTS = {
    "NONE": "No interest in the outcome",
    "CUSTOMER_INCENTIVE": "Credits, discounts or gifts from the vendor",
    "VENDOR_AFFILIATED": "Works for, invests in or is paid by the vendor: shown, weighs zero",
    "COMPETITOR_AFFILIATED": "The same for a competitor: shown, weighs zero",
}
LEVELS = {0: "Any evidence", 2: "Code and stronger", 3: "Operator and stronger", 4: "CI-attested", 5: "Sustained"}
PROOF = {0: "claimed", 1: "identity proven", 2: "code proven", 3: "operator proven", 4: "CI-attested", 5: "sustained"}
EVIDENCE = {
    "E0": "E0 claimed",
    "E1": "E1 identity",
    "E2": "E2 code",
    "E3": "E3 operator",
    "E4": "E4 CI-attested",
    "E5": "E5 telemetry",
    "E6": "E6 sustained",
}
OUTCOMES = {"passed": "passed", "not_applicable": "cannot tell"}
ERRORS = {
    "GRAPHQL_PARSE_FAILED": "The text is not GraphQL.",
    "GRAPHQL_VALIDATION_FAILED": "The document does not fit the schema.",
    "QUERY_TOO_COMPLEX": "The document passes a limit, listed below.",
    "BAD_USER_INPUT": "Variables, arguments or parameters of the wrong shape.",
    "PERSISTED_QUERY_NOT_FOUND": "The hash of a document that is not known here: send the document with it.",
    "UNAUTHENTICATED": "HTTP 401: the token is unknown, expired or revoked.",
    "FORBIDDEN": "HTTP 403, or a token without the scope that this needs.",
    "METHOD_NOT_ALLOWED": "HTTP 405: neither GET nor POST, or a mutation over GET.",
    "PAYLOAD_TOO_LARGE": "HTTP 413: the body is too large.",
    "UNSUPPORTED_MEDIA_TYPE": "HTTP 415: the body is not JSON, or compressed.",
    "INTERNAL": "A mistake of ours. The id of the request stands beside the code.",
}
LIMITS = {
    "tokens": "Words and signs of the document",
    "depth": "Fields inside each other",
    "fields": "Fields, those of a fragment each time it is spread",
    "aliases": "Fields that are given another name",
    "directives": "Directives",
    "repeats": "How often one name of the answer is written",
    "cost": "Objects that can come back: a list counts its first or last, and so often what hangs below it",
    "introspection_depth": "Fields inside each other below __schema and __type",
    "introspection_fields": "Fields below __schema and __type",
}
TIERS = {0: "Unverified", 1: "Known", 2: "Proven or trusted", 3: "Attested", 4: "Attested and trusted"}
LEDGER = {
    "REVERSAL": "Votes taken back",
    "SEVERITY": "Severity",
    "STANDING": "Standing",
    "TRACK_RECORD": "Track record",
    "TRUST": "Trust",
}
CHANGES = {
    "ENDED": "A review was retracted or hidden",
    "EVIDENCE": "Evidence was decided or expired",
    "PUBLISHED": "A review was published",
    "RECOMPUTED": "Reputations were measured anew",
    "REVISED": "A review was revised",
}
