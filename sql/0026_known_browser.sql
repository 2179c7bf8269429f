-- Browsers in which somebody signed in to an account once: what they guess is counted apart from what strangers do.
CREATE TABLE known_browser (
    account TEXT NOT NULL REFERENCES account,
    hash    TEXT NOT NULL,                -- SHA-256 of the browser's cookie, hexadecimal
    at      BIGINT NOT NULL,              -- when last; Unix ms
    PRIMARY KEY (account, hash)
);
CREATE INDEX known_browser_at ON known_browser (at);
