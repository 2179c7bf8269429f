-- Who is signed in by another OpenID Connect issuer: a person is its name and what it calls them, never a name or an address they choose.
CREATE TABLE account_identity (
    issuer     TEXT NOT NULL,
    subject    TEXT NOT NULL,             -- personal; `sub`
    account    TEXT NOT NULL REFERENCES account,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (issuer, subject)
);
CREATE INDEX account_identity_account ON account_identity (account);
