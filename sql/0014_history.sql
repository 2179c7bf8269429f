-- What somebody watched, one row for each video: where they are, and when they were there last.
CREATE TABLE history (
    account     TEXT NOT NULL REFERENCES account,                   -- personal
    video       TEXT NOT NULL REFERENCES video (id) ON DELETE CASCADE,
    position_ms BIGINT NOT NULL,
    watched_at  BIGINT NOT NULL,
    PRIMARY KEY (account, video)
);
CREATE INDEX history_newest ON history (account, watched_at, video);
CREATE INDEX history_video ON history (video);
CREATE INDEX history_age ON history (watched_at);

ALTER TABLE account ADD COLUMN history BIGINT NOT NULL DEFAULT 1;   -- 0: none is kept

INSERT INTO history (account, video, position_ms, watched_at)
SELECT p.account, p.video, p.position_ms, p.updated_at FROM playback p
 WHERE p.account IS NOT NULL AND p.teaser IS NULL
   AND p.id = (SELECT q.id FROM playback q WHERE q.account = p.account AND q.video = p.video AND q.teaser IS NULL
                ORDER BY q.updated_at DESC, q.id DESC LIMIT 1);
