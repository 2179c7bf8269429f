-- Likes, comments, reports.

ALTER TABLE video ADD COLUMN comment_policy TEXT NOT NULL DEFAULT 'open'; -- open, members, off

-- What is counted of a video, changed in the unit of what it counts. A video that nobody did anything to has no row.
CREATE TABLE tally (
    video    TEXT NOT NULL PRIMARY KEY REFERENCES video (id) ON DELETE CASCADE,
    likes    BIGINT NOT NULL DEFAULT 0 CHECK (likes >= 0),
    comments BIGINT NOT NULL DEFAULT 0 CHECK (comments >= 0)       -- those that are shown, replies too
);

CREATE TABLE liked (
    account TEXT NOT NULL REFERENCES account,                       -- personal
    video   TEXT NOT NULL REFERENCES video (id) ON DELETE CASCADE,
    at      BIGINT NOT NULL,
    PRIMARY KEY (account, video)
);
CREATE INDEX liked_video ON liked (video);

CREATE TABLE comment (
    id         TEXT NOT NULL PRIMARY KEY,
    video      TEXT NOT NULL REFERENCES video (id) ON DELETE CASCADE,
    parent     TEXT REFERENCES comment (id) ON DELETE CASCADE,      -- of a reply; a reply has none of its own
    account    TEXT NOT NULL REFERENCES account,                    -- personal
    text       TEXT NOT NULL,                                       -- personal; '' once it was deleted
    mentions   TEXT NOT NULL,                                       -- personal; JSON: names of accounts, as they stand in the text
    state      TEXT NOT NULL CHECK (state IN ('shown','held','hidden','rejected','deleted')),
    held_for   TEXT,                                                -- why a moderator is asked: first, link, reports
    replies    BIGINT NOT NULL DEFAULT 0 CHECK (replies >= 0),      -- those that are shown
    reports    BIGINT NOT NULL DEFAULT 0,                           -- since a moderator looked last
    shown_at   BIGINT,                                              -- first; NULL: never yet
    created_at BIGINT NOT NULL,
    edited_at  BIGINT,
    version    BIGINT NOT NULL DEFAULT 1
);
CREATE INDEX comment_thread ON comment (video, parent, id);
CREATE INDEX comment_replies ON comment (parent, id) WHERE parent IS NOT NULL;
CREATE INDEX comment_waiting ON comment (id) WHERE state IN ('held', 'hidden');
CREATE INDEX comment_account ON comment (account, shown_at);
CREATE INDEX comment_own ON comment (account) WHERE state IN ('held', 'hidden');

CREATE TABLE report (
    id         TEXT NOT NULL PRIMARY KEY,
    account    TEXT NOT NULL REFERENCES account,                    -- personal
    video      TEXT NOT NULL REFERENCES video (id) ON DELETE CASCADE,
    comment    TEXT REFERENCES comment (id) ON DELETE CASCADE,      -- NULL: the video itself
    reason     TEXT NOT NULL,
    note       TEXT,                                                -- personal
    created_at BIGINT NOT NULL,
    closed_at  BIGINT
);
CREATE UNIQUE INDEX report_comment ON report (comment, account) WHERE comment IS NOT NULL;
CREATE UNIQUE INDEX report_video ON report (video, account) WHERE comment IS NULL;
CREATE INDEX report_of ON report (video);
CREATE INDEX report_open ON report (id) WHERE closed_at IS NULL;
