-- Named locks with a life. A row whose life has run out counts as absent and is overwritten by the next taker.

-- up
CREATE TABLE locks (
    site       INTEGER NOT NULL REFERENCES sites,
    name       TEXT    NOT NULL,
    value      TEXT    NOT NULL,
    expires_at INTEGER,  -- microseconds since 1970, UTC; NULL: until released
    PRIMARY KEY (site, name)
) STRICT, WITHOUT ROWID;

-- down
DROP TABLE locks;
