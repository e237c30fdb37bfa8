-- A recompute writes its statistics beside other work; they count when its epoch is no draft any more.
ALTER TABLE epoch ADD COLUMN draft BOOLEAN NOT NULL DEFAULT FALSE CHECK (draft IN (TRUE, FALSE));
