-- The teaser gate: what the hub sent of a video to a playback, and who proved to have watched.

ALTER TABLE playback ADD COLUMN visitor TEXT;                     -- personal; SHA-256 of the cookie hub-viewer, while nobody signed in
CREATE INDEX playback_visitor ON playback (visitor) WHERE visitor IS NOT NULL;

-- A segment of an encode that was sent whole, in any rendition with a picture; the first time alone.
CREATE TABLE watched (
    playback    TEXT NOT NULL REFERENCES playback ON DELETE CASCADE,
    encode      TEXT NOT NULL,
    n           BIGINT NOT NULL,
    duration_ms BIGINT NOT NULL,
    at          BIGINT NOT NULL,
    PRIMARY KEY (playback, encode, n)
);
CREATE INDEX watched_at ON watched (at);

CREATE TABLE proof (
    account TEXT NOT NULL REFERENCES account,
    video   TEXT NOT NULL REFERENCES video (id) ON DELETE CASCADE,
    until   BIGINT NOT NULL,
    PRIMARY KEY (account, video)
);
CREATE INDEX proof_video ON proof (video);
CREATE INDEX proof_until ON proof (until);
