-- Shows that people follow, what they are told of, and where: in their inbox, and by Web Push.

CREATE TABLE follow (
    account     TEXT NOT NULL REFERENCES account,  -- personal
    show        TEXT NOT NULL,                     -- its id; no reference, as a show goes in one unit and its followers by steps
    followed_at BIGINT NOT NULL,
    PRIMARY KEY (account, show)
);
CREATE INDEX follow_show ON follow (show, account);

-- What an account wants to be told of; who has no row: everything.
CREATE TABLE notification_setting (
    account       TEXT NOT NULL PRIMARY KEY REFERENCES account, -- personal
    episodes      BIGINT NOT NULL,                 -- in the inbox
    replies       BIGINT NOT NULL,
    push_episodes BIGINT NOT NULL,
    push_replies  BIGINT NOT NULL,
    read_until    BIGINT NOT NULL DEFAULT 0        -- all that was told by then is read
);

-- What happened that people are to be told of, written in the unit of what happened. Who follows is told by steps.
CREATE TABLE news (
    id      TEXT NOT NULL PRIMARY KEY,             -- of the video, or of the reply: each is news once
    kind    TEXT NOT NULL CHECK (kind IN ('episode','reply')),
    video   TEXT NOT NULL REFERENCES video (id) ON DELETE CASCADE,
    at      BIGINT NOT NULL,
    reached TEXT NOT NULL DEFAULT '',              -- followers up to this account have been told
    waiting BIGINT NOT NULL DEFAULT 1              -- 0: everybody has
);
CREATE INDEX news_waiting ON news (kind DESC, at, id) WHERE waiting = 1; -- a reply is told at once, an episode by steps
CREATE INDEX news_video ON news (video);
CREATE INDEX news_age ON news (at) WHERE kind = 'reply' AND waiting = 0;

INSERT INTO news (id, kind, video, at, waiting) SELECT id, 'episode', id, published_at, 0 FROM video WHERE published_at IS NOT NULL;

-- The inbox. No reference to the news: a video goes in one unit, what people were told of it by its age.
CREATE TABLE notification (
    account TEXT NOT NULL REFERENCES account,      -- personal
    news    TEXT NOT NULL,
    at      BIGINT NOT NULL,
    read_at BIGINT,
    PRIMARY KEY (account, news)
);
CREATE INDEX notification_newest ON notification (account, at, news);
CREATE INDEX notification_unread ON notification (account, at) WHERE read_at IS NULL;
CREATE INDEX notification_age ON notification (at);

-- Browsers that are told even when no page is open (RFC 8030).
CREATE TABLE push_subscription (
    id         TEXT NOT NULL PRIMARY KEY,
    account    TEXT NOT NULL REFERENCES account,   -- personal
    endpoint   TEXT NOT NULL UNIQUE,               -- personal; a capability: who has it can send there
    p256dh     TEXT NOT NULL,                      -- personal; base64url, the browser's public key
    auth       TEXT NOT NULL,                      -- personal; base64url, its secret of RFC 8291
    language   TEXT NOT NULL,
    credential TEXT NOT NULL,                      -- it was made with; signing out ends it
    wait_until BIGINT NOT NULL DEFAULT 0,          -- nothing is sent before
    failures   BIGINT NOT NULL DEFAULT 0,          -- one after another
    created_at BIGINT NOT NULL
);
CREATE INDEX push_subscription_account ON push_subscription (account, id);

-- Messages that wait to be sent.
CREATE TABLE push (
    subscription TEXT NOT NULL REFERENCES push_subscription (id) ON DELETE CASCADE,
    news         TEXT NOT NULL,
    at           BIGINT NOT NULL,
    run_at       BIGINT NOT NULL,                  -- not before; never before wait_until of the subscription
    PRIMARY KEY (subscription, news)
);
CREATE INDEX push_due ON push (run_at);
