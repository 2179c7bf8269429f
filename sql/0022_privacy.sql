-- Leaving: what people agreed to, accounts on their way out, and names that nobody may take yet.

-- What somebody agreed to or took back, each time; the latest of a purpose holds. Rows are only added.
CREATE TABLE consent (
    id           TEXT NOT NULL PRIMARY KEY,
    account      TEXT NOT NULL REFERENCES account,                  -- personal
    purpose      TEXT NOT NULL,
    text_version BIGINT NOT NULL,                                   -- of the words that stood beside the button
    granted      BIGINT NOT NULL,
    at           BIGINT NOT NULL
);
CREATE INDEX consent_account ON consent (account, purpose, id);

-- Accounts that are to be erased; gone together with the account.
CREATE TABLE erasure (
    account  TEXT NOT NULL PRIMARY KEY REFERENCES account,          -- personal
    stand_in TEXT REFERENCES account,                               -- takes the place of the account; NULL: not begun
    asked_at BIGINT NOT NULL,
    due_at   BIGINT NOT NULL                                        -- until then signing in takes it back
);
CREATE INDEX erasure_due ON erasure (due_at);
CREATE INDEX erasure_stand_in ON erasure (stand_in);

-- HMAC of the names of erased accounts: whoever was known by it shall not seem to be back at once.
CREATE TABLE former_name (
    hash  TEXT NOT NULL PRIMARY KEY,
    until BIGINT NOT NULL
);
CREATE INDEX former_name_until ON former_name (until);

-- Found by whose they are, when an account goes.
CREATE INDEX report_account ON report (account);
CREATE INDEX share_account ON share (account) WHERE account IS NOT NULL;
CREATE INDEX upload_account ON upload (account);
CREATE INDEX ticket_account ON ticket (account);
CREATE INDEX comment_whose ON comment (account, id);
CREATE INDEX audit_redaction ON audit (target) WHERE action = 'audit.redact';
