-- name: append
INSERT INTO journal (seq, received_at, body) VALUES (?, ?, ?)

-- name: last_seq
SELECT coalesce(max(seq), 0) FROM journal

-- name: journal_after
SELECT seq, body FROM journal WHERE seq > ? ORDER BY seq

-- name: add_channel
INSERT OR IGNORE INTO channel (id) VALUES (?)

-- name: channels
SELECT id, key FROM channel

-- name: add_row
INSERT OR IGNORE INTO hot (channel, at, value, flag, status, reasons, low, high) VALUES (?, ?, ?, ?, ?, ?, ?, ?)

-- name: set_latest
INSERT INTO latest (channel, at, value, flag, status, reasons, low, high) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (channel) DO UPDATE SET at = excluded.at, value = excluded.value, flag = excluded.flag,
    status = excluded.status, reasons = excluded.reasons, low = excluded.low, high = excluded.high
WHERE excluded.at > latest.at

-- name: add_transition
INSERT OR IGNORE INTO transition (alarm, at, known_at, before, after, priority, cause, seq) VALUES (?, ?, ?, ?, ?, ?, ?, ?)

-- name: set_event
INSERT INTO event (id, detected_at, ended_at, body) VALUES (?, ?, ?, ?)
ON CONFLICT (id) DO UPDATE SET ended_at = excluded.ended_at, body = excluded.body

-- name: set_load
INSERT OR REPLACE INTO load (channel, period, start, end, mass, rate, mean, coverage) VALUES (?, ?, ?, ?, ?, ?, ?, ?)

-- name: ask_effect
INSERT OR IGNORE INTO outbox (key, body, asked_at) VALUES (?, ?, ?)

-- name: pending_effects
SELECT body FROM outbox WHERE done_at IS NULL ORDER BY asked_at, key LIMIT ?

-- name: effect_done
UPDATE outbox SET done_at = ? WHERE key = ?

-- name: add_snapshot
INSERT INTO snapshot (key, seq, body) VALUES (?, ?, ?)

-- name: load_snapshot
SELECT seq, body FROM snapshot WHERE key = ? ORDER BY id DESC LIMIT 1

-- name: forget_snapshots
DELETE FROM snapshot WHERE id NOT IN (SELECT id FROM snapshot ORDER BY id DESC LIMIT 2)

-- name: drop_snapshots
DELETE FROM snapshot

-- name: oldest_snapshot_seq
SELECT coalesce(min(seq), 0) FROM snapshot

-- name: days_to_seal
SELECT channel, at / 86400000000000 AS day FROM hot WHERE at < ? GROUP BY channel, day ORDER BY day LIMIT ?

-- name: hot_rows
SELECT at, value, flag, status, reasons, low, high FROM hot WHERE channel = ? AND at >= ? AND at < ? ORDER BY at

-- name: drop_hot
DELETE FROM hot WHERE channel = ? AND at >= ? AND at < ?

-- name: sealed_rows
SELECT day, rows FROM sealed WHERE channel = ? AND day >= ? AND day < ? ORDER BY day

-- name: sealed_hours
SELECT day, hourly FROM sealed WHERE channel = ? AND day >= ? AND day < ? ORDER BY day

-- name: seal
INSERT OR REPLACE INTO sealed (channel, day, n, usable, smallest, largest, total, hourly, rows) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)

-- name: latest
SELECT channel.id, at, value, flag, status, reasons, low, high FROM latest JOIN channel ON channel.key = latest.channel

-- name: transitions
SELECT alarm, at, known_at, before, after, priority, cause FROM transition ORDER BY id DESC LIMIT ?

-- name: transitions_between
SELECT alarm, at, known_at, before, after, priority, cause FROM transition WHERE known_at >= ? AND known_at < ? ORDER BY known_at, id

-- name: events
SELECT body FROM event WHERE (ended_at IS NULL OR ended_at >= ?) AND detected_at < ? ORDER BY detected_at DESC LIMIT ?

-- name: loads
SELECT channel, period, start, end, mass, rate, mean, coverage FROM load WHERE period = ? AND start >= ? AND start < ? ORDER BY start, channel

-- name: range
SELECT min(low), max(high) FROM (
    SELECT min(at) AS low, max(at) AS high FROM hot
    UNION ALL
    SELECT min(day) * 86400000000000, max(day) * 86400000000000 + 86399999999999 FROM sealed
)

-- name: drop_hot_before
DELETE FROM hot WHERE at < ?

-- name: drop_sealed_before
DELETE FROM sealed WHERE day < ?

-- name: drop_journal_before
DELETE FROM journal WHERE seq IN (SELECT seq FROM journal WHERE received_at < ? AND seq < ? ORDER BY seq LIMIT 5000)

-- name: set_person
INSERT INTO person (name, role, password) VALUES (?, ?, ?)
ON CONFLICT (name) DO UPDATE SET role = excluded.role, password = excluded.password

-- name: person
SELECT name, role, password FROM person WHERE name = ?

-- name: people
SELECT name, role FROM person ORDER BY name

-- name: remove_person
DELETE FROM person WHERE name = ?

-- name: add_session
INSERT INTO session (hash, person, csrf, created_at, seen_at) VALUES (?, ?, ?, ?, ?)

-- name: session
SELECT session.person, person.role, csrf, created_at, seen_at FROM session JOIN person ON person.name = session.person WHERE hash = ?

-- name: touch_session
UPDATE session SET seen_at = ? WHERE hash = ?

-- name: end_session
DELETE FROM session WHERE hash = ?

-- name: end_sessions_of
DELETE FROM session WHERE person = ?
