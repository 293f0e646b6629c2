-- A plant: its sites, spools and workers. A spool's state is one JSON document, changed as a whole under its
-- version, so that no half of it can ever be written.

-- up
CREATE TABLE sites (
    site     INTEGER PRIMARY KEY,
    name     TEXT    NOT NULL UNIQUE,
    identity TEXT    NOT NULL,           -- uuid4 given at birth: tells this ledger from any other of that name
    last_seq INTEGER NOT NULL DEFAULT 0  -- number of the newest event
) STRICT;

CREATE TABLE spools (
    site      INTEGER NOT NULL REFERENCES sites,
    tag_spool TEXT    NOT NULL,
    version   INTEGER NOT NULL CHECK (version > 0),
    state     TEXT    NOT NULL CHECK (json_valid(state)),
    PRIMARY KEY (site, tag_spool)
) STRICT, WITHOUT ROWID;

CREATE TABLE workers (
    site      INTEGER NOT NULL REFERENCES sites,
    worker_id INTEGER NOT NULL,
    state     TEXT    NOT NULL CHECK (json_valid(state)),
    PRIMARY KEY (site, worker_id)
) STRICT, WITHOUT ROWID;

-- down
DROP TABLE workers;
DROP TABLE spools;
DROP TABLE sites;
