-- The home page: which rails it has and in which order, as the editors say.
CREATE TABLE home_layout (
    one        BIGINT NOT NULL PRIMARY KEY CHECK (one = 1),
    rails      TEXT NOT NULL,             -- JSON: names, in their order
    updated_at BIGINT NOT NULL,
    version    BIGINT NOT NULL DEFAULT 1
);
INSERT INTO home_layout (one, rails, updated_at)
VALUES (1, '["latest","continue","trending","because","behind-the-scenes","downloads"]', 0);

-- What is being watched, liked and passed on just now. The score is a logarithm (catalog/trend.h), so that none has to be lowered as time passes.
CREATE TABLE trend (
    n     INTEGER NOT NULL PRIMARY KEY REFERENCES video (n) ON DELETE CASCADE,
    score BIGINT NOT NULL
);
CREATE INDEX trend_score ON trend (score DESC);

CREATE INDEX video_clips ON video (listed_at DESC, id DESC) WHERE state = 'published' AND visibility = 'public' AND kind = 'clip';
CREATE INDEX video_show_n ON video (show, n);
CREATE INDEX asset_extra ON asset (id) WHERE kind IN ('document', 'track', 'image');

-- Tags as terms (catalog/analyse.h), to find what has one in common. Filled in with the search index, anew at the next start.
CREATE TABLE video_tag (
    tag TEXT NOT NULL,
    n   BIGINT NOT NULL REFERENCES video (n) ON DELETE CASCADE,
    PRIMARY KEY (tag, n)
);
CREATE INDEX video_tag_n ON video_tag (n);
UPDATE search_state SET version = 0, done = 0;
