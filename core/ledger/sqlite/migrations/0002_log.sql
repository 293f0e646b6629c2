-- The log: append-only, numbered without gaps per site; and the request ids that must not act twice.

-- up
CREATE TABLE events (
    site            INTEGER NOT NULL REFERENCES sites,
    seq             INTEGER NOT NULL CHECK (seq > 0),
    id              TEXT    NOT NULL,
    ts              TEXT    NOT NULL,  -- ISO 8601, UTC
    evento_tipo     TEXT    NOT NULL,
    tag_spool       TEXT    NOT NULL,  -- '' when the event concerns no spool
    worker_id       INTEGER NOT NULL,
    worker_nombre   TEXT    NOT NULL,
    operacion       TEXT,
    accion          TEXT    NOT NULL,
    fecha_operacion TEXT    NOT NULL,  -- ISO 8601 date in the plant's time zone
    station         TEXT    NOT NULL,
    metadata        TEXT    NOT NULL CHECK (json_valid(metadata)),
    PRIMARY KEY (site, seq)
) STRICT, WITHOUT ROWID;

CREATE INDEX events_by_spool ON events (site, tag_spool, seq);

CREATE TRIGGER events_are_never_changed BEFORE UPDATE ON events
BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;

CREATE TRIGGER events_are_never_removed BEFORE DELETE ON events
BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;

CREATE TRIGGER events_are_never_replaced BEFORE INSERT ON events
WHEN EXISTS (SELECT 1 FROM events WHERE site = NEW.site AND seq = NEW.seq)
BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;

CREATE TABLE requests (
    site       INTEGER NOT NULL REFERENCES sites,
    request_id TEXT    NOT NULL,
    seq        INTEGER NOT NULL,  -- the event this request became
    expires_at INTEGER NOT NULL,  -- microseconds since 1970, UTC
    PRIMARY KEY (site, request_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX requests_by_expiry ON requests (expires_at);

-- down
DROP TABLE requests;
DROP TABLE events;
