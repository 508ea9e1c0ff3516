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
