-- What the logs of servers that send for us say of downloads: late, now and then lost, now and then told twice.
ALTER TABLE download ADD COLUMN logged_bytes BIGINT NOT NULL DEFAULT 0;
ALTER TABLE download ADD COLUMN logged_failure_at BIGINT;                 -- a 5xx, the first
CREATE INDEX download_logged_failure ON download (ended_at) WHERE logged_failure_at IS NOT NULL AND refunded_at IS NULL;

-- Requests that were counted: told again they change nothing.
CREATE TABLE edge_request (
    request TEXT NOT NULL PRIMARY KEY,
    at      BIGINT NOT NULL
);
CREATE INDEX edge_request_at ON edge_request (at);

-- Accounts that get no signed address for a while, as one of theirs was used by far more than one.
CREATE TABLE direct_pause (
    account  TEXT NOT NULL PRIMARY KEY REFERENCES account,                -- personal
    download TEXT NOT NULL,                                               -- whose address it was
    bytes    BIGINT NOT NULL,                                             -- that the logs had told of it then
    since    BIGINT NOT NULL,
    until    BIGINT NOT NULL
);
CREATE INDEX direct_pause_until ON direct_pause (until);
