-- Every change of an alarm is kept: it is known by the journal entry it came of and its place among
-- what came of that, not by its instants, which two changes may share. It tells who asked for it and
-- why (the journal, which also does, is dropped in time), and under which configuration it was judged.

-- Everything judging sees of a site file, as it stood when judging began under it.
CREATE TABLE configuration (
    id          INTEGER PRIMARY KEY,
    fingerprint TEXT NOT NULL UNIQUE,
    body        TEXT NOT NULL
);

CREATE TABLE changed (
    id       INTEGER PRIMARY KEY,
    -- The journal entry it comes from (0: judged over imported history), and its place in it.
    seq      INTEGER NOT NULL,
    ordinal  INTEGER NOT NULL,
    alarm    TEXT NOT NULL,
    at       INTEGER NOT NULL,
    known_at INTEGER NOT NULL,
    before   TEXT NOT NULL,
    after    TEXT NOT NULL,
    priority INTEGER NOT NULL,
    cause    TEXT NOT NULL,
    condition       TEXT NOT NULL,
    acknowledgement TEXT NOT NULL,
    suppression     TEXT NOT NULL,
    who      TEXT NOT NULL,
    why      TEXT NOT NULL,
    -- NULL: kept before configurations were.
    configuration INTEGER REFERENCES configuration (id)
);
INSERT INTO changed
SELECT id, seq, row_number() OVER (PARTITION BY seq ORDER BY id) - 1, alarm, at, known_at, before, after,
    priority, cause, condition, acknowledgement, suppression, '', '', NULL
FROM transition ORDER BY id;
DROP TABLE transition;
ALTER TABLE changed RENAME TO transition;
CREATE INDEX transition_known ON transition (known_at);
CREATE UNIQUE INDEX transition_place ON transition (seq, ordinal) WHERE seq > 0;

-- The configuration a state was judged under: its alarms go on when the site file has changed.
ALTER TABLE snapshot ADD COLUMN configuration INTEGER REFERENCES configuration (id);

-- Work under way that a stop in the middle of it must not hide; gone with the next snapshot.
CREATE TABLE mark (
    name TEXT PRIMARY KEY
) WITHOUT ROWID;
