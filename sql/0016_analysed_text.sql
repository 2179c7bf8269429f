-- only: sqlite
-- The index holds terms as the analysis of the program makes them, no longer the texts; it fills them in when it starts.
DROP TABLE video_text;
CREATE VIRTUAL TABLE video_text USING fts5(title, show, tags, description, tokenize = "unicode61 remove_diacritics 0");

-- Words as they stand in the texts, for those that somebody mistypes. None is taken out: a word too many finds nothing.
CREATE TABLE search_word (
    n    INTEGER PRIMARY KEY,
    word TEXT NOT NULL UNIQUE
);
CREATE VIRTUAL TABLE search_word_text USING fts5(word, tokenize = "trigram");

CREATE TABLE search_state (
    version BIGINT NOT NULL, -- of the analysis that made what is stored
    done    BIGINT NOT NULL  -- video.n up to which another version has been made, while it differs
);
INSERT INTO search_state (version, done) VALUES (0, 0);
