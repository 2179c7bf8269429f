-- The malware hold: what clamd said of the bytes that were uploaded, by their hash.

CREATE TABLE scan (
    sha256    TEXT NOT NULL PRIMARY KEY,
    blob      TEXT NOT NULL,             -- a file with these bytes
    verdict   TEXT NOT NULL CHECK (verdict IN ('pending', 'clean', 'infected', 'failed')),
    signature TEXT,                      -- what was found
    said      TEXT,                      -- why it failed
    scanner   TEXT,                      -- clamd's version and that of its signatures
    attempts  BIGINT NOT NULL DEFAULT 0, -- that failed, one after another
    due_at    BIGINT NOT NULL,           -- pending and failed: scanned again from then on
    at        BIGINT NOT NULL
);
CREATE INDEX asset_blob ON asset (blob);
CREATE INDEX asset_sha256 ON asset (sha256);
