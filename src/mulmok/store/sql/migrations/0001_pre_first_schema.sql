-- What the name says: version, when it may run (pre: before the new code serves), what it does.
-- Instants are int64 ns UTC. Values are in the canonical unit of the channel's quantity.

CREATE TABLE channel (
    key INTEGER PRIMARY KEY,
    id  TEXT NOT NULL UNIQUE
);

-- Every message in the order it was judged.
CREATE TABLE journal (
    seq         INTEGER PRIMARY KEY,
    received_at INTEGER NOT NULL,
    body        BLOB NOT NULL
);

-- Readings not yet sealed. value NULL: NaN.
CREATE TABLE hot (
    channel INTEGER NOT NULL,
    at      INTEGER NOT NULL,
    value   REAL,
    flag    INTEGER NOT NULL,
    status  INTEGER NOT NULL,
    reasons INTEGER NOT NULL,
    low     REAL,
    high    REAL,
    PRIMARY KEY (channel, at)
) WITHOUT ROWID;

CREATE TABLE latest (
    channel INTEGER PRIMARY KEY,
    at      INTEGER NOT NULL,
    value   REAL,
    flag    INTEGER NOT NULL,
    status  INTEGER NOT NULL,
    reasons INTEGER NOT NULL,
    low     REAL,
    high    REAL
) WITHOUT ROWID;

-- One finished UTC day of one channel, packed. Figures over usable readings; hourly: (24, 7) doubles.
CREATE TABLE sealed (
    id       INTEGER PRIMARY KEY,
    channel  INTEGER NOT NULL,
    day      INTEGER NOT NULL,
    first_at INTEGER NOT NULL,
    last_at  INTEGER NOT NULL,
    n        INTEGER NOT NULL,
    usable   INTEGER NOT NULL,
    smallest REAL,
    largest  REAL,
    total    REAL,
    hourly   BLOB NOT NULL,
    rows     BLOB NOT NULL,
    UNIQUE (channel, day)
);
CREATE INDEX sealed_day ON sealed (day);

CREATE TABLE transition (
    id       INTEGER PRIMARY KEY,
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
    -- The journal entry it comes from; 0: judged over imported history.
    seq      INTEGER NOT NULL,
    UNIQUE (alarm, at, known_at, before, after)
);
CREATE INDEX transition_known ON transition (known_at);

-- A later word about an event replaces the one before.
CREATE TABLE event (
    id          TEXT PRIMARY KEY,
    detected_at INTEGER NOT NULL,
    ended_at    INTEGER,
    body        BLOB NOT NULL
);
CREATE INDEX event_detected ON event (detected_at);

CREATE TABLE load (
    channel  TEXT NOT NULL,
    period   TEXT NOT NULL,
    start    INTEGER NOT NULL,
    end      INTEGER NOT NULL,
    mass     REAL,
    rate     REAL,
    mean     REAL,
    coverage REAL,
    PRIMARY KEY (channel, period, start)
) WITHOUT ROWID;

CREATE TABLE outbox (
    key      TEXT PRIMARY KEY,
    body     BLOB NOT NULL,
    asked_at INTEGER NOT NULL,
    done_at  INTEGER,
    attempts INTEGER NOT NULL DEFAULT 0,
    trouble  TEXT NOT NULL DEFAULT ''
);
CREATE INDEX outbox_open ON outbox (attempts, asked_at) WHERE done_at IS NULL;
CREATE INDEX outbox_done ON outbox (done_at) WHERE done_at IS NOT NULL;

CREATE TABLE snapshot (
    id   INTEGER PRIMARY KEY,
    key  TEXT NOT NULL,
    seq  INTEGER NOT NULL,
    body BLOB NOT NULL
);

CREATE TABLE person (
    name     TEXT PRIMARY KEY,
    role     TEXT NOT NULL,
    password TEXT NOT NULL
);

-- Only hashes of session ids are kept.
CREATE TABLE session (
    hash       BLOB PRIMARY KEY,
    person     TEXT NOT NULL REFERENCES person (name) ON DELETE CASCADE,
    csrf       TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    seen_at    INTEGER NOT NULL
);
CREATE INDEX session_person ON session (person);

-- Machines that may push readings; only hashes of their tokens are kept.
CREATE TABLE token (
    name       TEXT PRIMARY KEY,
    hash       BLOB NOT NULL UNIQUE,
    created_at INTEGER NOT NULL
);

CREATE TABLE audit (
    id     INTEGER PRIMARY KEY,
    at     INTEGER NOT NULL,
    who    TEXT NOT NULL,
    action TEXT NOT NULL,
    about  TEXT NOT NULL,
    why    TEXT NOT NULL
);
