-- What waits for moderators, what was decided, and the links of the trail that say so.

CREATE INDEX evidence_waiting ON evidence (created_at, id) WHERE state = 'PENDING';
CREATE INDEX evidence_by_decision ON evidence (decided_at, id) WHERE state <> 'PENDING';
CREATE INDEX audit_event_of_evidence ON audit_event (json_extract(body, '$.evidence'), id) WHERE kind = 'EVIDENCE_DECIDED'; -- sqlite only
CREATE INDEX audit_event_of_evidence ON audit_event ((body::jsonb ->> 'evidence'), id) WHERE kind = 'EVIDENCE_DECIDED'; -- postgresql only
