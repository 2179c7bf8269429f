-- The built-in issuer: its keys, the programs that may ask people to sign in, and what they were given.
-- A key is published first, signs then, and verifies until the last token it signed has ended.
CREATE TABLE signing_key (
    id         TEXT NOT NULL PRIMARY KEY, -- `kid`
    secret     TEXT NOT NULL,             -- the JWK with its private part
    public     TEXT NOT NULL,             -- the JWK without
    made_at    BIGINT NOT NULL,
    active_at  BIGINT,                    -- signs since; NULL: not yet
    retired_at BIGINT                     -- signs no more since; NULL: it may
);

CREATE TABLE oauth_client (
    id            TEXT NOT NULL PRIMARY KEY,
    name          TEXT NOT NULL,
    redirect_uris TEXT NOT NULL,          -- JSON: a list, compared letter by letter
    created_at    BIGINT NOT NULL
);

-- A grant is what a program was given by somebody: a credential whose secret is the refresh token of the moment.
CREATE TABLE credential_new (
    id         TEXT NOT NULL PRIMARY KEY,
    hash       TEXT NOT NULL UNIQUE,      -- SHA-256 of the secret, hexadecimal
    account    TEXT NOT NULL REFERENCES account,
    kind       TEXT NOT NULL CHECK (kind IN ('token','session','grant')),
    created_at BIGINT NOT NULL,
    used_at    BIGINT NOT NULL,           -- of sessions, to the hour
    expires_at BIGINT NOT NULL,
    revoked_at BIGINT,
    agent      TEXT,                      -- personal; of sessions: what the browser calls itself; of grants: the program
    client     TEXT REFERENCES oauth_client ON DELETE CASCADE, -- of grants
    scope      TEXT                       -- of grants
);
INSERT INTO credential_new (id, hash, account, kind, created_at, used_at, expires_at, revoked_at, agent)
SELECT id, hash, account, kind, created_at, used_at, expires_at, revoked_at, agent FROM credential;
DROP TABLE credential;
ALTER TABLE credential_new RENAME TO credential;
CREATE INDEX credential_account ON credential (account);
CREATE INDEX credential_client ON credential (client);

-- Each for a minute, and once.
CREATE TABLE oauth_code (
    hash         TEXT NOT NULL PRIMARY KEY, -- SHA-256, hexadecimal
    client       TEXT NOT NULL REFERENCES oauth_client ON DELETE CASCADE,
    account      TEXT NOT NULL REFERENCES account,
    redirect_uri TEXT NOT NULL,
    challenge    TEXT NOT NULL,             -- S256, RFC 7636
    scope        TEXT NOT NULL,
    nonce        TEXT NOT NULL,             -- '': none
    signed_in_at BIGINT NOT NULL,
    expires_at   BIGINT NOT NULL,
    grant_id     TEXT                       -- what it was exchanged for
);
CREATE INDEX oauth_code_over ON oauth_code (expires_at);

-- Refresh tokens that were exchanged already: whoever shows one again is a thief, or was robbed.
CREATE TABLE oauth_spent (
    hash     TEXT NOT NULL PRIMARY KEY,
    grant_id TEXT NOT NULL REFERENCES credential ON DELETE CASCADE
);
CREATE INDEX oauth_spent_grant ON oauth_spent (grant_id);
