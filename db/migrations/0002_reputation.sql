-- What a recompute measures, the ledger of reputations, and the history that answers questions about the past.

ALTER TABLE epoch ADD COLUMN parameters TEXT NOT NULL DEFAULT '{}'; -- sqlite only
ALTER TABLE epoch ADD COLUMN parameters JSONB NOT NULL DEFAULT '{}'; -- postgresql only
CREATE INDEX epoch_by_time ON epoch (published_at, id);

-- When a review stopped counting: null while it counts.
ALTER TABLE review ADD COLUMN ended_at BIGINT;

-- Every decision about evidence, in order; `evidence` holds the latest of each level.
CREATE TABLE decision (
    id TEXT NOT NULL PRIMARY KEY,
    review_id TEXT NOT NULL REFERENCES review (id) ON DELETE CASCADE,
    level SMALLINT NOT NULL CHECK (level BETWEEN 0 AND 6),
    state TEXT NOT NULL CHECK (state IN ('ACCEPTED', 'REJECTED', 'REVOKED', 'EXPIRED')),
    reason TEXT NOT NULL,
    decided_by_id TEXT REFERENCES reviewer (id),
    decided_at BIGINT NOT NULL
);
CREATE INDEX decision_of_review ON decision (review_id, decided_at, id);
CREATE INDEX decision_by_decider ON decision (decided_by_id);

-- The ledger: what moved a reputation and why. A figure as of any epoch is the last entry's `after`.
CREATE TABLE reputation_event (
    id TEXT NOT NULL PRIMARY KEY,
    reviewer_id TEXT NOT NULL REFERENCES reviewer (id) ON DELETE CASCADE,
    epoch_id INTEGER NOT NULL REFERENCES epoch (id),
    kind TEXT NOT NULL CHECK (kind IN ('TRUST', 'STANDING', 'TRACK_RECORD', 'SEVERITY', 'REVERSAL')),
    before DOUBLE PRECISION NOT NULL,
    after DOUBLE PRECISION NOT NULL,
    reason TEXT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX reputation_event_of_reviewer ON reputation_event (reviewer_id, created_at, id);
CREATE INDEX reputation_event_of_epoch ON reputation_event (epoch_id, reviewer_id);

-- Who runs a job that one process at a time may run, until when.
CREATE TABLE lease (
    name TEXT NOT NULL PRIMARY KEY,
    holder TEXT NOT NULL,
    expires_at BIGINT NOT NULL
);

CREATE TRIGGER reputation_event_is_immutable BEFORE UPDATE ON reputation_event -- sqlite only
    BEGIN SELECT RAISE(ABORT, 'the ledger is only added to'); END; -- sqlite only
CREATE TRIGGER decision_is_immutable BEFORE UPDATE ON decision -- sqlite only
    BEGIN SELECT RAISE(ABORT, 'the history is only added to'); END; -- sqlite only
CREATE TRIGGER reputation_event_is_immutable BEFORE UPDATE ON reputation_event FOR EACH ROW EXECUTE FUNCTION refuse_change(); -- postgresql only
CREATE TRIGGER decision_is_immutable BEFORE UPDATE ON decision FOR EACH ROW EXECUTE FUNCTION refuse_change(); -- postgresql only
