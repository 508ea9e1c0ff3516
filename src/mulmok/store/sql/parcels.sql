-- name: schema
CREATE TABLE channel (number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE) STRICT;
-- Never an old number again: what was sent and forgotten stays told apart from what is new.
CREATE TABLE parcel (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    received_at INTEGER NOT NULL,
    readings INTEGER NOT NULL,
    body BLOB NOT NULL
) STRICT;
CREATE TABLE refused (
    channel INTEGER NOT NULL REFERENCES channel (number),
    at INTEGER NOT NULL,
    value REAL,
    status INTEGER NOT NULL,
    why TEXT NOT NULL,
    PRIMARY KEY (channel, at)
) STRICT, WITHOUT ROWID;
CREATE TABLE dropped (at INTEGER NOT NULL, readings INTEGER NOT NULL) STRICT;

-- name: channels
SELECT number, id FROM channel

-- name: add_channel
INSERT INTO channel (id) VALUES (?)

-- name: keep
INSERT INTO parcel (received_at, readings, body) VALUES (?, ?, ?)

-- name: next
SELECT seq, readings, body FROM parcel ORDER BY seq LIMIT ?

-- name: done
DELETE FROM parcel WHERE seq <= ?

-- name: refuse
INSERT OR IGNORE INTO refused (channel, at, value, status, why) VALUES (?, ?, ?, ?, ?)

-- name: backlog
SELECT count(*), coalesce(sum(readings), 0), min(received_at) FROM parcel

-- name: refused_count
SELECT count(*) FROM refused

-- name: dropped_count
SELECT coalesce(sum(readings), 0) FROM dropped

-- name: oldest
SELECT seq, received_at, readings, length(body) FROM parcel ORDER BY seq LIMIT ?

-- name: drop
INSERT INTO dropped (at, readings) VALUES (?, ?)
