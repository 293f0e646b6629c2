-- Notes: small documents that a reader of the log keeps beside it, by book and key.

-- up
CREATE TABLE notes (
    site  INTEGER NOT NULL REFERENCES sites,
    book  TEXT    NOT NULL,
    key   TEXT    NOT NULL,
    value TEXT    NOT NULL,
    PRIMARY KEY (site, book, key)
) STRICT, WITHOUT ROWID;

-- down
DROP TABLE notes;
