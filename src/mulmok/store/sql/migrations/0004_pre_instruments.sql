-- What displays of instruments showed when somebody stood before them, beside what had come of them:
-- the difference is the chain's from sensor to history, and is never rewritten.

CREATE TABLE comparison (
    id          INTEGER PRIMARY KEY,
    channel     INTEGER NOT NULL REFERENCES channel (key),
    at          INTEGER NOT NULL,
    who         TEXT NOT NULL,
    shown       REAL NOT NULL,
    measured    REAL NOT NULL,
    measured_at INTEGER NOT NULL,
    why         TEXT NOT NULL
);
CREATE INDEX comparison_channel ON comparison (channel, at);

-- Samples that were asked for, and what became of them: which bottle, when, how cold.

CREATE TABLE bottle (
    -- Of the effect that asked for it.
    key         TEXT PRIMARY KEY,
    sampler     TEXT NOT NULL,
    asked_at    INTEGER NOT NULL,
    who         TEXT NOT NULL,
    why         TEXT NOT NULL,
    event       TEXT NOT NULL,
    -- NULL: it was not taken.
    taken_at    INTEGER,
    bottle      INTEGER,
    temperature REAL,
    -- Why it was not taken; '' when it was.
    trouble     TEXT NOT NULL
);
CREATE INDEX bottle_asked ON bottle (asked_at);
