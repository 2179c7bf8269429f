-- only: sqlite
-- Full text over titles, descriptions and tags; rowid is video.n.
CREATE VIRTUAL TABLE video_text USING fts5(title, description, tags, tokenize = "unicode61 remove_diacritics 2");
