-- A search looks here for each of its hits whether everybody may see it, and seldom at the whole row.
CREATE INDEX video_found ON video (n, id) WHERE state = 'published' AND visibility = 'public';
