-- What operators set of the program's flags; one that nobody ever set has no row.
CREATE TABLE flag (
    key        TEXT NOT NULL PRIMARY KEY,
    enabled    BIGINT NOT NULL,
    variant    TEXT,                      -- for whom no rule holds; NULL: the program's default
    rules      TEXT NOT NULL,             -- JSON, in the order they are asked
    updated_by TEXT NOT NULL,             -- id of an account, or: command line
    updated_at BIGINT NOT NULL,
    version    BIGINT NOT NULL
);
