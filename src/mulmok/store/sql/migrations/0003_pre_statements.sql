-- What people say of events: that one was real and what caused it, or that it was nothing. The
-- journal tells it to judging, and is dropped in time; what somebody said stays, and is never rewritten.

CREATE TABLE statement (
    id     INTEGER PRIMARY KEY,
    event  TEXT NOT NULL,
    at     INTEGER NOT NULL,
    who    TEXT NOT NULL,
    -- confirm or reject
    action TEXT NOT NULL,
    -- What caused it in truth: a cause's code, or the id of a discharger; '' when rejected.
    cause  TEXT NOT NULL,
    why    TEXT NOT NULL
);
CREATE INDEX statement_event ON statement (event);
