-- Journal

-- name: append
INSERT INTO journal (seq, received_at, body) VALUES (?, ?, ?)

-- name: last_seq
SELECT coalesce(max(seq), 0) FROM journal

-- name: journal_after
SELECT seq, body FROM journal WHERE seq > ? ORDER BY seq LIMIT ?

-- name: drop_journal
DELETE FROM journal WHERE seq IN (
    SELECT seq FROM (
        SELECT seq, received_at >= ?1 AS young FROM journal
        WHERE seq < (SELECT coalesce(min(seq), 0) FROM snapshot)
        ORDER BY seq LIMIT ?2
    ) WHERE NOT young
)

-- name: add_snapshot
INSERT INTO snapshot (key, seq, body, configuration) VALUES (?, ?, ?, ?)

-- name: last_snapshot
SELECT key, seq, snapshot.body, configuration.body FROM snapshot
LEFT JOIN configuration ON configuration.id = snapshot.configuration ORDER BY snapshot.id DESC LIMIT 1

-- name: forget_snapshots
DELETE FROM snapshot WHERE id NOT IN (SELECT id FROM snapshot ORDER BY id DESC LIMIT 2)

-- name: add_configuration
INSERT INTO configuration (fingerprint, body) VALUES (?, ?) ON CONFLICT (fingerprint) DO NOTHING

-- name: configuration
SELECT id FROM configuration WHERE fingerprint = ?

-- name: set_mark
INSERT INTO mark (name) VALUES (?) ON CONFLICT (name) DO NOTHING

-- name: marks
SELECT name FROM mark

-- name: drop_marks
DELETE FROM mark

-- Readings

-- name: add_channel
INSERT INTO channel (id) VALUES (?) ON CONFLICT (id) DO NOTHING

-- name: channels
SELECT id, key FROM channel

-- name: channel_key
SELECT key FROM channel WHERE id = ?

-- name: add_row
INSERT INTO hot (channel, at, value, flag, status, reasons, low, high) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (channel, at) DO UPDATE SET value = excluded.value, flag = excluded.flag,
    status = excluded.status, reasons = excluded.reasons, low = excluded.low, high = excluded.high
-- 512 is Reason.FUTURE
WHERE hot.reasons & 512 AND NOT excluded.reasons & 512

-- name: set_latest
INSERT INTO latest (channel, at, value, flag, status, reasons, low, high) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (channel) DO UPDATE SET at = excluded.at, value = excluded.value, flag = excluded.flag,
    status = excluded.status, reasons = excluded.reasons, low = excluded.low, high = excluded.high
WHERE excluded.at > latest.at

-- name: latest
SELECT channel.id, at, value, flag, status, reasons, low, high FROM latest JOIN channel ON channel.key = latest.channel

-- name: hot_rows
SELECT at, value, flag, status, reasons, low, high FROM hot WHERE channel = ? AND at >= ? AND at < ? ORDER BY at

-- name: drop_hot
DELETE FROM hot WHERE channel = ? AND at >= ? AND at < ?

-- name: oldest_hot
SELECT key, (SELECT min(at) FROM hot WHERE hot.channel = key) FROM channel

-- name: seal
INSERT INTO sealed (channel, day, first_at, last_at, n, usable, smallest, largest, total, hourly, rows)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (channel, day) DO UPDATE SET first_at = excluded.first_at, last_at = excluded.last_at,
    n = excluded.n, usable = excluded.usable, smallest = excluded.smallest, largest = excluded.largest,
    total = excluded.total, hourly = excluded.hourly, rows = excluded.rows

-- name: sealed_rows
SELECT rows FROM sealed WHERE channel = ? AND day >= ? AND day < ? ORDER BY day

-- name: sealed_hours
SELECT day, hourly FROM sealed WHERE channel = ? AND day >= ? AND day < ? ORDER BY day

-- name: drop_sealed
DELETE FROM sealed WHERE id IN (SELECT id FROM sealed WHERE day < ? ORDER BY day LIMIT ?)

-- name: range
SELECT min(first_at), max(last_at) FROM (
    SELECT (SELECT min(at) FROM hot WHERE hot.channel = key) AS first_at,
-- 512 is Reason.FUTURE
           (SELECT at FROM hot WHERE hot.channel = key AND NOT reasons & 512
            ORDER BY at DESC LIMIT 1) AS last_at
    FROM channel
    UNION ALL
    SELECT (SELECT first_at FROM sealed WHERE sealed.channel = key ORDER BY day LIMIT 1),
           (SELECT last_at FROM sealed WHERE sealed.channel = key ORDER BY day DESC LIMIT 1)
    FROM channel
)

-- name: forget_hot
DELETE FROM hot

-- name: forget_sealed
DELETE FROM sealed

-- name: forget_latest
DELETE FROM latest

-- name: forget_transition
DELETE FROM transition

-- name: forget_event
DELETE FROM event

-- name: forget_load
DELETE FROM load

-- name: is_empty
SELECT NOT EXISTS (SELECT 1 FROM journal) AND NOT EXISTS (SELECT 1 FROM hot) AND NOT EXISTS (SELECT 1 FROM sealed)

-- Alarms, events, loads, effects

-- name: add_transition
INSERT INTO transition (seq, ordinal, alarm, at, known_at, before, after, priority, cause, condition,
    acknowledgement, suppression, who, why, configuration)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)

-- name: transitions
SELECT alarm, at, known_at, before, after, priority, cause, condition, acknowledgement, suppression, who, why, coalesce(fingerprint, '') FROM transition
LEFT JOIN configuration ON configuration.id = transition.configuration ORDER BY transition.id DESC LIMIT ?

-- name: transitions_between
SELECT alarm, at, known_at, before, after, priority, cause, condition, acknowledgement, suppression, who, why, coalesce(fingerprint, '') FROM transition
LEFT JOIN configuration ON configuration.id = transition.configuration
WHERE known_at >= ? AND known_at < ? ORDER BY known_at, transition.id

-- name: last_transitions
SELECT alarm, at, known_at, before, after, priority, cause, condition, acknowledgement, suppression, who, why, coalesce(fingerprint, '') FROM transition
LEFT JOIN configuration ON configuration.id = transition.configuration
WHERE transition.id IN (SELECT max(id) FROM transition GROUP BY alarm) ORDER BY alarm

-- name: set_event
INSERT INTO event (id, detected_at, ended_at, body) VALUES (?, ?, ?, ?)
ON CONFLICT (id) DO UPDATE SET detected_at = excluded.detected_at, ended_at = excluded.ended_at, body = excluded.body

-- name: events
SELECT body FROM event WHERE (ended_at IS NULL OR ended_at >= ?) AND detected_at < ? ORDER BY detected_at DESC, id LIMIT ?

-- name: event
SELECT body FROM event WHERE id = ?

-- name: add_statement
INSERT INTO statement (event, at, who, action, cause, why) VALUES (?, ?, ?, ?, ?, ?)

-- name: statements
SELECT at, who, action, cause, why FROM statement WHERE event = ? ORDER BY id DESC

-- name: statements_between
SELECT event, at, who, action, cause, why FROM statement WHERE at >= ? AND at < ? ORDER BY id

-- name: set_load
INSERT INTO load (channel, period, start, end, mass, rate, mean, coverage) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (channel, period, start) DO UPDATE SET end = excluded.end, mass = excluded.mass,
    rate = excluded.rate, mean = excluded.mean, coverage = excluded.coverage

-- name: loads
SELECT channel, period, start, end, mass, rate, mean, coverage FROM load WHERE period = ? AND start >= ? AND start < ? ORDER BY start, channel

-- name: ask_effect
INSERT INTO outbox (key, body, asked_at) VALUES (?, ?, ?) ON CONFLICT (key) DO NOTHING

-- name: waiting_effects
SELECT body, attempts, trouble FROM outbox WHERE done_at IS NULL ORDER BY attempts, asked_at, key LIMIT ?

-- name: effect_done
UPDATE outbox SET done_at = ? WHERE key = ?

-- name: effect_failed
UPDATE outbox SET attempts = attempts + 1, trouble = ? WHERE key = ?

-- name: drop_effects
DELETE FROM outbox WHERE key IN (SELECT key FROM outbox WHERE done_at < ? LIMIT ?)

-- People

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

-- name: sweep_sessions
DELETE FROM session WHERE seen_at < ?

-- name: add_deed
INSERT INTO audit (at, who, action, about, why) VALUES (?, ?, ?, ?, ?)

-- name: last_configuration
SELECT about FROM audit WHERE action = 'configuration' ORDER BY id DESC LIMIT 1

-- name: deeds
SELECT at, who, action, about, why FROM audit ORDER BY id DESC LIMIT ?

-- name: add_comparison
INSERT INTO comparison (channel, at, who, shown, measured, measured_at, why)
SELECT key, ?, ?, ?, ?, ?, ? FROM channel WHERE id = ?

-- name: comparisons
SELECT channel.id, at, who, shown, measured, measured_at, why FROM comparison
JOIN channel ON channel.key = comparison.channel ORDER BY at DESC, comparison.id DESC LIMIT ?

-- name: add_bottle
INSERT OR IGNORE INTO bottle (key, sampler, asked_at, who, why, event, taken_at, bottle, temperature, trouble)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)

-- name: bottles
SELECT key, sampler, asked_at, who, why, event, taken_at, bottle, temperature, trouble FROM bottle
ORDER BY asked_at DESC, key DESC LIMIT ?
