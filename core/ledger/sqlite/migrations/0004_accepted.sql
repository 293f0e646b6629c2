-- What a ledger was called before it lost its past and somebody accepted it as it is: whoever knew it by that name
-- then goes on with it.

-- up
CREATE TABLE accepted (
    site     INTEGER NOT NULL REFERENCES sites,
    identity TEXT    NOT NULL,
    PRIMARY KEY (site, identity)
) STRICT, WITHOUT ROWID;

-- down
DROP TABLE accepted;
