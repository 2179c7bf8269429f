-- The media pipeline: passes and chunks of an encode, every language's sound, captions, pictures, teasers, files to keep.

-- Whose work a job is: turns are taken by owner, so that nobody's backlog stops another's first picture.
ALTER TABLE job ADD COLUMN owner TEXT NOT NULL DEFAULT '';
ALTER TABLE job ADD COLUMN heavy BIGINT NOT NULL DEFAULT 0;       -- 1: takes a worker's whole memory; one at a time per worker
CREATE TABLE turn (
    owner TEXT NOT NULL PRIMARY KEY,
    n     BIGINT NOT NULL                                         -- grows with each lease; the smallest is next
);
CREATE INDEX turn_n ON turn (n);
DROP INDEX job_next;
CREATE INDEX job_line ON job (priority, owner, run_at, id);       -- a line of jobs for each owner, in each priority
CREATE INDEX job_heavy ON job (worker) WHERE heavy = 1;

ALTER TABLE encode ADD COLUMN owner TEXT NOT NULL DEFAULT '';     -- account; '' the command line
ALTER TABLE encode ADD COLUMN probe TEXT;                         -- what ffprobe said, JSON
ALTER TABLE encode ADD COLUMN video_ms BIGINT;                    -- of the picture, as measured
ALTER TABLE encode ADD COLUMN video_frames BIGINT;
ALTER TABLE encode ADD COLUMN chunk_frames BIGINT NOT NULL DEFAULT 0; -- of the frame grid; 0: encoded in one piece
ALTER TABLE encode ADD COLUMN chunks BIGINT NOT NULL DEFAULT 1;

ALTER TABLE rendition ADD COLUMN pass TEXT NOT NULL DEFAULT 'ladder'; -- made together: early, ladder, audio
ALTER TABLE rendition ADD COLUMN label TEXT;
ALTER TABLE rendition ADD COLUMN source BIGINT NOT NULL DEFAULT 0;    -- of sound: its stream in the original
ALTER TABLE rendition ADD COLUMN channels BIGINT NOT NULL DEFAULT 0;
ALTER TABLE rendition ADD COLUMN first BIGINT NOT NULL DEFAULT 0;     -- presentation time of the first sample, timescale units
ALTER TABLE rendition ADD COLUMN samples BIGINT NOT NULL DEFAULT 0;

-- A piece of a rendition that is being encoded in pieces: its file stays until all are joined.
CREATE TABLE chunk (
    rendition TEXT NOT NULL REFERENCES rendition ON DELETE CASCADE,
    n         BIGINT NOT NULL,            -- from 0
    blob      TEXT NOT NULL,
    size_bytes BIGINT NOT NULL,
    init_size BIGINT NOT NULL,
    PRIMARY KEY (rendition, n)
);
-- Its segments, numbered as they will be in the whole: the editor's preview plays them meanwhile.
CREATE TABLE chunk_segment (
    rendition TEXT NOT NULL REFERENCES rendition ON DELETE CASCADE,
    n         BIGINT NOT NULL,            -- from 1
    chunk     BIGINT NOT NULL,
    at        BIGINT NOT NULL,
    size      BIGINT NOT NULL,
    start     BIGINT NOT NULL,
    duration  BIGINT NOT NULL,
    PRIMARY KEY (rendition, n)
);

-- WebVTT, ours by the time it is kept.
CREATE TABLE caption (
    id         TEXT NOT NULL PRIMARY KEY,
    video      TEXT NOT NULL REFERENCES video (id) ON DELETE CASCADE,
    name       TEXT NOT NULL,             -- in addresses: en, id, id2
    language   TEXT NOT NULL,             -- BCP 47
    label      TEXT NOT NULL,
    kind       TEXT NOT NULL CHECK (kind IN ('subtitles','captions')),
    source     TEXT NOT NULL CHECK (source IN ('upload','original')),
    is_default BIGINT NOT NULL DEFAULT 0,
    blob       TEXT NOT NULL,
    size_bytes BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    UNIQUE (video, name)
);

-- Pictures and little films made of a video, or of an asset; immutable, replaced by new ones.
CREATE TABLE picture (
    id         TEXT NOT NULL PRIMARY KEY,
    video      TEXT REFERENCES video (id) ON DELETE CASCADE,
    asset      TEXT REFERENCES asset (id) ON DELETE CASCADE, -- cover or waveform of a file
    encode     TEXT REFERENCES encode ON DELETE CASCADE,     -- NULL: outlives the encode (the editor's own poster)
    kind       TEXT NOT NULL,             -- candidate, poster, og, card-9x16, card-1x1, preview, clip, waveform, storyboard, cover
    n          BIGINT NOT NULL DEFAULT 0, -- candidates and storyboard sheets are counted
    at_ms      BIGINT,                    -- moment of the video it shows
    blob       TEXT NOT NULL,
    media_type TEXT NOT NULL,
    width      BIGINT NOT NULL,
    height     BIGINT NOT NULL,
    size_bytes BIGINT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX picture_video ON picture (video, kind, n);
CREATE INDEX picture_asset ON picture (asset);
CREATE INDEX picture_encode ON picture (encode);

CREATE TABLE storyboard (
    encode      TEXT NOT NULL PRIMARY KEY REFERENCES encode ON DELETE CASCADE,
    interval_ms BIGINT NOT NULL,
    tile_width  BIGINT NOT NULL,
    tile_height BIGINT NOT NULL,
    columns     BIGINT NOT NULL,
    rows        BIGINT NOT NULL,          -- of a full sheet
    tiles       BIGINT NOT NULL
);

ALTER TABLE video ADD COLUMN teaser_at BIGINT;                    -- ms; NULL: from the start
ALTER TABLE video ADD COLUMN poster TEXT;                         -- a picture's id
ALTER TABLE video ADD COLUMN poster_at BIGINT;                    -- the editor's choice of moment, ms
ALTER TABLE video ADD COLUMN preview TEXT;                        -- a picture's id

-- The public cut: whole segments of an encode, under a version of its own.
CREATE TABLE teaser (
    id         TEXT NOT NULL PRIMARY KEY,
    encode     TEXT NOT NULL REFERENCES encode ON DELETE CASCADE,
    first      BIGINT NOT NULL,           -- segment of the encode, from 1
    segments   BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    UNIQUE (encode, first, segments)
);

-- An asset may belong to a show, come by itself, or be put together from blobs when it is sent.
CREATE TABLE asset_new (
    id         TEXT NOT NULL PRIMARY KEY,
    video      TEXT REFERENCES video (id) ON DELETE CASCADE,
    show       TEXT REFERENCES show (id) ON DELETE CASCADE,
    encode     TEXT REFERENCES encode ON DELETE CASCADE,
    rendition  TEXT,                      -- of a rendition or its sound: the name of it
    kind       TEXT NOT NULL,
    title      TEXT NOT NULL DEFAULT '',  -- as people read it; '': the file name
    filename   TEXT NOT NULL,
    media_type TEXT NOT NULL,
    size_bytes BIGINT NOT NULL,
    sha256     TEXT NOT NULL,
    gate       TEXT NOT NULL,
    tier       TEXT NOT NULL,
    blob       TEXT NOT NULL,             -- the bytes; or, with parts, the head and map of them
    parts      TEXT,                      -- JSON: the blobs its map points into, in order; NULL: none
    duration_ms BIGINT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL DEFAULT 0,
    version    BIGINT NOT NULL DEFAULT 1
);
INSERT INTO asset_new (id, video, encode, kind, filename, media_type, size_bytes, sha256, gate, tier, blob, created_at, updated_at)
SELECT id, video, encode, kind, filename, media_type, size_bytes, sha256, gate, tier, blob, created_at, created_at FROM asset;
DROP TABLE asset;
ALTER TABLE asset_new RENAME TO asset;
CREATE INDEX asset_video ON asset (video, id);
CREATE INDEX asset_show ON asset (show, id);
CREATE INDEX asset_encode ON asset (encode);

-- Uploads of other things than originals; what became of them is told at the upload.
CREATE TABLE upload_new (
    id         TEXT NOT NULL PRIMARY KEY,
    account    TEXT NOT NULL REFERENCES account,
    video      TEXT REFERENCES video (id) ON DELETE CASCADE,
    show       TEXT REFERENCES show (id) ON DELETE CASCADE,
    purpose    TEXT NOT NULL,             -- original, asset, caption, poster
    metadata   TEXT NOT NULL,
    filename   TEXT NOT NULL,
    size       BIGINT NOT NULL,
    received   BIGINT NOT NULL,
    state      TEXT NOT NULL CHECK (state IN ('open','complete','ready','refused')), -- complete: being looked at
    reason     TEXT,
    result     TEXT,                      -- id of the asset, caption or picture it became
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
INSERT INTO upload_new (id, account, video, purpose, metadata, filename, size, received, state, created_at, expires_at)
SELECT id, account, video, purpose, metadata, filename, size, received, state, created_at, expires_at FROM upload;
DROP TABLE upload;
ALTER TABLE upload_new RENAME TO upload;
CREATE INDEX upload_expiry ON upload (expires_at) WHERE state = 'open';
CREATE INDEX upload_video ON upload (video);
CREATE INDEX upload_show ON upload (show);
