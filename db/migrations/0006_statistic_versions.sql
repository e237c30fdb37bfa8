-- At which version of its use case an endpoint's statistics last changed: who holds them in memory reads only those.
CREATE TABLE statistic_version (
    use_case TEXT NOT NULL,
    endpoint_id TEXT NOT NULL REFERENCES endpoint (id),
    version BIGINT NOT NULL,
    PRIMARY KEY (use_case, endpoint_id)
);
CREATE INDEX statistic_version_by_version ON statistic_version (use_case, version, endpoint_id);
CREATE INDEX statistic_version_of_endpoint ON statistic_version (endpoint_id);
INSERT INTO statistic_version (use_case, endpoint_id, version)
SELECT DISTINCT s.use_case, s.endpoint_id, v.version FROM statistic s JOIN standing_version v ON v.use_case = s.use_case;
