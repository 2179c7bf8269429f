-- Signing up and in: guesses are slowed down, what is forgotten can be recovered, a second factor, membership with an end.

-- Guesses at a password or code, under SHA-256 of what was named, whether that is there or not.
CREATE TABLE guess (
    name     TEXT NOT NULL PRIMARY KEY,
    failures BIGINT NOT NULL,
    next_at  BIGINT NOT NULL              -- Unix ms: what comes before is refused unseen
);
CREATE INDEX guess_next ON guess (next_at);

ALTER TABLE account ADD COLUMN member_until BIGINT;  -- premium until then, whatever the role
ALTER TABLE account ADD COLUMN totp TEXT;            -- personal; the shared secret of RFC 6238, base64url
ALTER TABLE account ADD COLUMN totp_step BIGINT NOT NULL DEFAULT 0; -- the last that was used: none is used twice

-- Each once in place of a forgotten password or a lost second factor.
CREATE TABLE recovery_code (
    account TEXT NOT NULL REFERENCES account,
    hash    TEXT NOT NULL,                -- SHA-256, hexadecimal
    PRIMARY KEY (account, hash)
);

-- For who makes the first administrator; gone with its use.
CREATE TABLE setup_code (
    hash    TEXT NOT NULL PRIMARY KEY,
    made_at BIGINT NOT NULL
);

ALTER TABLE credential ADD COLUMN agent TEXT;        -- personal; of sessions: what the browser calls itself
