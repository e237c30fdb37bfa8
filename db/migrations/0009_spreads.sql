-- How far the reports behind a pooled figure lie apart; null where it was pooled before this was kept.
ALTER TABLE pooled_measurement ADD COLUMN lowest DOUBLE PRECISION CHECK (lowest >= 0);
ALTER TABLE pooled_measurement ADD COLUMN highest DOUBLE PRECISION CHECK (highest >= lowest);
