-- The house: accounts, the catalog, uploads, encodes, playbacks, tickets, the queue.
--
-- Both engines. Ids are UUIDv7 as 26 characters of base32, so text order is time order. Times are Unix
-- milliseconds. Lists and objects are JSON text. A column with personal data says so: -- personal.

CREATE TABLE account (
    id         TEXT NOT NULL PRIMARY KEY,
    subject    TEXT NOT NULL UNIQUE,      -- stands for the person where the person is nobody's business
    name       TEXT NOT NULL UNIQUE,      -- personal
    role       TEXT NOT NULL CHECK (role IN ('fan','premium','sponsor','editor','moderator','admin')),
    password   TEXT,                      -- personal; argon2id, NULL: tokens only
    created_at BIGINT NOT NULL,
    disabled_at BIGINT
);

-- Bearer tokens and browser sessions; the secret itself is never kept.
CREATE TABLE credential (
    id         TEXT NOT NULL PRIMARY KEY,
    hash       TEXT NOT NULL UNIQUE,      -- SHA-256 of the secret, hexadecimal
    account    TEXT NOT NULL REFERENCES account,
    kind       TEXT NOT NULL CHECK (kind IN ('token','session')),
    created_at BIGINT NOT NULL,
    used_at    BIGINT NOT NULL,           -- of sessions, to the hour
    expires_at BIGINT NOT NULL,
    revoked_at BIGINT
);
CREATE INDEX credential_account ON credential (account);

-- What privileged operations did; each row holds the hash of the one before.
CREATE TABLE audit (
    n        INTEGER NOT NULL PRIMARY KEY,
    at       BIGINT NOT NULL,
    actor    TEXT NOT NULL,
    action   TEXT NOT NULL,
    target   TEXT NOT NULL,
    was      TEXT,
    became   TEXT,
    previous TEXT NOT NULL,
    hash     TEXT NOT NULL
);

CREATE TABLE secret (
    name  TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL                   -- base64url
);

CREATE TABLE show (
    id          TEXT NOT NULL PRIMARY KEY,
    slug        TEXT NOT NULL UNIQUE,
    title       TEXT NOT NULL,
    description TEXT NOT NULL,
    created_at  BIGINT NOT NULL,
    updated_at  BIGINT NOT NULL,
    version     BIGINT NOT NULL DEFAULT 1
);

CREATE TABLE video (
    n              INTEGER NOT NULL PRIMARY KEY, -- for the search index
    id             TEXT NOT NULL UNIQUE,
    slug           TEXT NOT NULL UNIQUE,
    title          TEXT NOT NULL,
    description    TEXT NOT NULL,
    kind           TEXT NOT NULL,
    state          TEXT NOT NULL,
    visibility     TEXT NOT NULL,
    access         TEXT NOT NULL,
    content_rating TEXT NOT NULL,
    language       TEXT NOT NULL,
    show           TEXT REFERENCES show,
    season         BIGINT,
    episode        BIGINT,
    tags           TEXT NOT NULL,
    chapters       TEXT NOT NULL,
    duration_ms    BIGINT,
    width          BIGINT,
    height         BIGINT,
    publish_at     BIGINT,
    unpublish_at   BIGINT,
    published_at   BIGINT,
    publish_when_ready BIGINT NOT NULL DEFAULT 0, -- asked for before the first rendition was there
    encode         TEXT,                         -- the version that is served
    listed_at      BIGINT NOT NULL,              -- lists are ordered by it: first published, until then made
    created_by     TEXT REFERENCES account,      -- NULL: the command line
    created_at     BIGINT NOT NULL,
    updated_at     BIGINT NOT NULL,
    version        BIGINT NOT NULL DEFAULT 1
);
CREATE INDEX video_public ON video (listed_at DESC, id DESC) WHERE state = 'published' AND visibility = 'public';
CREATE INDEX video_listed ON video (listed_at DESC, id DESC);
CREATE INDEX video_show ON video (show, season, episode);
CREATE INDEX video_due ON video (publish_at) WHERE state = 'scheduled';
CREATE INDEX video_over ON video (unpublish_at) WHERE state = 'published' AND unpublish_at IS NOT NULL;

CREATE TABLE upload (
    id         TEXT NOT NULL PRIMARY KEY,
    account    TEXT NOT NULL REFERENCES account,
    video      TEXT NOT NULL REFERENCES video (id) ON DELETE CASCADE,
    purpose    TEXT NOT NULL,
    metadata   TEXT NOT NULL,             -- Upload-Metadata as sent
    filename   TEXT NOT NULL,
    size       BIGINT NOT NULL,
    received   BIGINT NOT NULL,           -- acknowledged: on disk
    state      TEXT NOT NULL CHECK (state IN ('open','complete')),
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX upload_expiry ON upload (expires_at) WHERE state = 'open';
CREATE INDEX upload_video ON upload (video);

-- One encode of one original: the {version} of stream addresses. Immutable once ready.
CREATE TABLE encode (
    id          TEXT NOT NULL PRIMARY KEY,
    video       TEXT NOT NULL REFERENCES video (id) ON DELETE CASCADE,
    blob        TEXT NOT NULL,            -- of the original
    filename    TEXT NOT NULL,
    size_bytes  BIGINT NOT NULL,
    sha256      TEXT,
    media_type  TEXT,
    state       TEXT NOT NULL CHECK (state IN ('waiting','probing','encoding','ready','failed')),
    reason      TEXT,
    duration_ms BIGINT,
    created_at  BIGINT NOT NULL
);
CREATE INDEX encode_video ON encode (video, id);

CREATE TABLE rendition (
    id          TEXT NOT NULL PRIMARY KEY,
    encode      TEXT NOT NULL REFERENCES encode ON DELETE CASCADE,
    position    BIGINT NOT NULL,          -- order of encoding and of playlists
    name        TEXT NOT NULL,            -- 360p, audio
    kind        TEXT NOT NULL CHECK (kind IN ('video','audio','text')),
    language    TEXT,
    role        TEXT NOT NULL DEFAULT 'main',
    is_default  BIGINT NOT NULL DEFAULT 1,
    state       TEXT NOT NULL CHECK (state IN ('waiting','encoding','ready')),
    percent     BIGINT NOT NULL DEFAULT 0,
    blob        TEXT,
    size_bytes  BIGINT NOT NULL DEFAULT 0,
    codecs      TEXT NOT NULL DEFAULT '',
    width       BIGINT NOT NULL DEFAULT 0,
    height      BIGINT NOT NULL DEFAULT 0,
    fps_num     BIGINT NOT NULL DEFAULT 0,
    fps_den     BIGINT NOT NULL DEFAULT 1,
    timescale   BIGINT NOT NULL DEFAULT 0,
    init_size   BIGINT NOT NULL DEFAULT 0,
    peak_bps    BIGINT NOT NULL DEFAULT 0,
    average_bps BIGINT NOT NULL DEFAULT 0,
    UNIQUE (encode, name)
);

-- The segment index: segment n is `size` bytes at `at` of the rendition's one file.
CREATE TABLE segment (
    rendition TEXT NOT NULL REFERENCES rendition ON DELETE CASCADE,
    n         BIGINT NOT NULL,            -- from 1
    at        BIGINT NOT NULL,
    size      BIGINT NOT NULL,
    start     BIGINT NOT NULL,            -- timescale units
    duration  BIGINT NOT NULL,
    PRIMARY KEY (rendition, n)
);

CREATE TABLE asset (
    id         TEXT NOT NULL PRIMARY KEY,
    video      TEXT NOT NULL REFERENCES video (id) ON DELETE CASCADE,
    encode     TEXT NOT NULL REFERENCES encode ON DELETE CASCADE,
    kind       TEXT NOT NULL,
    filename   TEXT NOT NULL,
    media_type TEXT NOT NULL,
    size_bytes BIGINT NOT NULL,
    sha256     TEXT NOT NULL,
    gate       TEXT NOT NULL,
    tier       TEXT NOT NULL,
    blob       TEXT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX asset_video ON asset (video, id);

CREATE TABLE playback (
    id          TEXT NOT NULL PRIMARY KEY,
    video       TEXT NOT NULL REFERENCES video (id) ON DELETE CASCADE,
    encode      TEXT NOT NULL,
    account     TEXT,                     -- NULL: an anonymous viewer
    preview     BIGINT NOT NULL,          -- by an editor, before it was published
    position_ms BIGINT NOT NULL DEFAULT 0,
    played_ms   BIGINT NOT NULL DEFAULT 0,
    created_at  BIGINT NOT NULL,
    updated_at  BIGINT NOT NULL
);
CREATE INDEX playback_resume ON playback (account, video, updated_at DESC) WHERE account IS NOT NULL;
CREATE INDEX playback_video ON playback (video);

CREATE TABLE ticket (
    id         TEXT NOT NULL PRIMARY KEY,
    secret     TEXT NOT NULL UNIQUE,      -- the capability, in /d/{ticket}/…
    asset      TEXT NOT NULL REFERENCES asset ON DELETE CASCADE,
    account    TEXT NOT NULL REFERENCES account,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    revoked_at BIGINT
);
CREATE UNIQUE INDEX ticket_live ON ticket (account, asset) WHERE revoked_at IS NULL;
CREATE INDEX ticket_asset ON ticket (asset);

-- Work to do, leased with a deadline and a fencing number.
CREATE TABLE job (
    id          TEXT NOT NULL PRIMARY KEY,
    kind        TEXT NOT NULL,            -- probe, encode, drop-blob
    subject     TEXT NOT NULL,            -- what it is about: an encode, a blob key
    detail      TEXT NOT NULL DEFAULT '', -- a rendition's name
    priority    BIGINT NOT NULL,          -- smaller first
    run_at      BIGINT NOT NULL,
    attempts    BIGINT NOT NULL DEFAULT 0,
    fence       BIGINT NOT NULL DEFAULT 0, -- grows with each lease; a commit with an old one fails
    worker      TEXT,
    lease_until BIGINT,                   -- NULL: free
    said        TEXT,                     -- why the last attempt failed
    created_at  BIGINT NOT NULL
);
CREATE INDEX job_next ON job (priority, run_at, id);
CREATE INDEX job_subject ON job (subject);

-- Workers alive; so that the command line knows whether somebody will do the work.
CREATE TABLE worker (
    id      TEXT NOT NULL PRIMARY KEY,
    seen_at BIGINT NOT NULL
);

-- Facts to be told elsewhere, written with what they are about.
CREATE TABLE outbox (
    n          INTEGER NOT NULL PRIMARY KEY,
    id         TEXT NOT NULL UNIQUE,
    topic      TEXT NOT NULL,
    payload    TEXT NOT NULL,
    created_at BIGINT NOT NULL
);
