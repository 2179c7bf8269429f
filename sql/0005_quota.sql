-- Downloads are counted like money: what may be fetched is reserved, posted, and given back, each once.

-- Another allowance than the tier's; NULL: the tier's.
CREATE TABLE allowance (
    account    TEXT NOT NULL PRIMARY KEY REFERENCES account,
    files      BIGINT CHECK (files >= 0),
    bytes      BIGINT CHECK (bytes >= 0),
    changed_at BIGINT NOT NULL
);

-- What is spent: of an account in a day of the hub's zone, of a ticket in its life (day 0). Equal to the sums of the ledger.
CREATE TABLE quota (
    owner          TEXT NOT NULL,
    day            BIGINT NOT NULL,
    used_files     BIGINT NOT NULL DEFAULT 0 CHECK (used_files >= 0),
    reserved_files BIGINT NOT NULL DEFAULT 0 CHECK (reserved_files >= 0),
    used_bytes     BIGINT NOT NULL DEFAULT 0 CHECK (used_bytes >= 0),
    reserved_bytes BIGINT NOT NULL DEFAULT 0 CHECK (reserved_bytes >= 0),
    PRIMARY KEY (owner, day)
);

ALTER TABLE ticket ADD COLUMN max_downloads BIGINT NOT NULL DEFAULT 10;

-- One download, from its reservation to its settlement. The bytes are those of the moment it was reserved; it outlives
-- its ticket and its asset, as what was spent stays spent.
CREATE TABLE download (
    id            TEXT NOT NULL PRIMARY KEY,
    ticket        TEXT NOT NULL,
    account       TEXT NOT NULL REFERENCES account,
    asset         TEXT NOT NULL,
    filename      TEXT NOT NULL,
    media_type    TEXT NOT NULL,
    blob          TEXT NOT NULL,
    parts         TEXT,
    sha256        TEXT NOT NULL,
    size_bytes    BIGINT NOT NULL,
    state         TEXT NOT NULL CHECK (state IN ('reserved','open','settled','void')),
    day           BIGINT NOT NULL,         -- in which it counts, whenever it is settled
    reserved_at   BIGINT NOT NULL,
    start_by      BIGINT NOT NULL,         -- a reservation without a byte is void then
    started_at    BIGINT,
    resume_until  BIGINT NOT NULL,         -- requests until then belong to it
    covered_bytes BIGINT NOT NULL DEFAULT 0, -- of the union of what was delivered
    coverage      TEXT,                    -- its bitmap, base64url
    covered_at    BIGINT NOT NULL DEFAULT 0, -- journalled last
    sent_bytes    BIGINT NOT NULL DEFAULT 0, -- overlap included, since sent_since
    sent_since    BIGINT NOT NULL DEFAULT 0,
    completed_at  BIGINT,
    ended_at      BIGINT,
    charged_files BIGINT NOT NULL DEFAULT 0, -- as posted, after the settlement what is kept
    charged_bytes BIGINT NOT NULL DEFAULT 0,
    refunded_at   BIGINT,
    CHECK (covered_bytes >= 0 AND covered_bytes <= size_bytes)
);
CREATE UNIQUE INDEX download_live ON download (ticket) WHERE state IN ('reserved','open');
CREATE INDEX download_account ON download (account, id);
CREATE INDEX download_start ON download (start_by) WHERE state = 'reserved';
CREATE INDEX download_end ON download (resume_until) WHERE state = 'open';

-- Every change of a quota, once; rows are only added.
CREATE TABLE ledger (
    download       TEXT NOT NULL REFERENCES download,
    kind           TEXT NOT NULL CHECK (kind IN ('reserve','post','void','settle','refund')),
    account        TEXT NOT NULL,
    day            BIGINT NOT NULL,
    ticket         TEXT NOT NULL,
    used_files     BIGINT NOT NULL,
    reserved_files BIGINT NOT NULL,
    used_bytes     BIGINT NOT NULL,
    reserved_bytes BIGINT NOT NULL,
    at             BIGINT NOT NULL,
    PRIMARY KEY (download, kind)
);

-- What a request with an Idempotency-Key did; written with its effect.
CREATE TABLE idempotency (
    account    TEXT NOT NULL REFERENCES account,
    key        TEXT NOT NULL,
    request    TEXT NOT NULL,              -- SHA-256 of operation and input, hexadecimal
    status     BIGINT NOT NULL,
    answer     TEXT NOT NULL,              -- JSON
    created_at BIGINT NOT NULL,
    PRIMARY KEY (account, key)
);
CREATE INDEX idempotency_age ON idempotency (created_at);
