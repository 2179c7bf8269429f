-- What somebody puts together to watch: lists with a title, and the one that everybody has, of what to watch later.
CREATE TABLE playlist (
    id         TEXT NOT NULL PRIMARY KEY,
    account    TEXT NOT NULL REFERENCES account,                    -- personal
    title      TEXT NOT NULL,                                       -- personal; '' of watch-later
    kind       TEXT NOT NULL CHECK (kind IN ('list','watch-later')),
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    version    BIGINT NOT NULL DEFAULT 1
);
CREATE INDEX playlist_account ON playlist (account, id);
CREATE UNIQUE INDEX playlist_later ON playlist (account) WHERE kind = 'watch-later';

CREATE TABLE playlist_video (
    playlist TEXT NOT NULL REFERENCES playlist (id) ON DELETE CASCADE,
    video    TEXT NOT NULL REFERENCES video (id) ON DELETE CASCADE,
    place    BIGINT NOT NULL,             -- grows to the end of the list; has gaps
    added_at BIGINT NOT NULL,
    PRIMARY KEY (playlist, video)
);
CREATE INDEX playlist_video_place ON playlist_video (playlist, place);
CREATE INDEX playlist_video_video ON playlist_video (video);
