-- Short links that people share: one for each video, channel and who shares (NULL: who is not signed in, together).
CREATE TABLE share (
    code       TEXT NOT NULL PRIMARY KEY,  -- 48 random bits: videos that are not listed are not found by guessing
    video      TEXT NOT NULL REFERENCES video (id) ON DELETE CASCADE,
    channel    TEXT NOT NULL,
    account    TEXT REFERENCES account,    -- personal
    opened     BIGINT NOT NULL DEFAULT 0,  -- by people, as far as they say so
    created_at BIGINT NOT NULL,
    opened_at  BIGINT
);
CREATE UNIQUE INDEX share_own ON share (video, channel, account) WHERE account IS NOT NULL;
CREATE UNIQUE INDEX share_any ON share (video, channel) WHERE account IS NULL;
