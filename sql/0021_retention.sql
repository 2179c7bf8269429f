-- What goes after its time leaves here what the rest is still proved by.

-- The chain of the audit begins behind this row, which is gone.
CREATE TABLE audit_cut (
    n    BIGINT NOT NULL,
    hash TEXT NOT NULL
);
INSERT INTO audit_cut (n, hash) VALUES (0, '');

-- Sums of the entries that are gone, for the quotas they were entries of: an account's in a day, a ticket's (day 0).
CREATE TABLE ledger_total (
    owner          TEXT NOT NULL,
    day            BIGINT NOT NULL,
    used_files     BIGINT NOT NULL,
    reserved_files BIGINT NOT NULL,
    used_bytes     BIGINT NOT NULL,
    reserved_bytes BIGINT NOT NULL,
    PRIMARY KEY (owner, day)
);
CREATE INDEX download_ended ON download (ended_at) WHERE ended_at IS NOT NULL;
