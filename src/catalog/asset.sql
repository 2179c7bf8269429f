-- name: asset_by_id
-- $2: the viewer sees drafts too.
SELECT a.id, a.video AS video_id, s.slug AS show_slug, a.kind, nullif(a.title, '') AS title, a.filename, a.media_type,
       a.size_bytes, a.sha256, a.gate, a.tier, a.delivery, a.duration_ms, (SELECT c.verdict FROM scan c WHERE c.sha256 = a.sha256) AS scan,
       (SELECT p.id FROM picture p WHERE p.asset = a.id AND p.kind = 'cover') AS cover_url,
       (SELECT p.id FROM picture p WHERE p.asset = a.id AND p.kind = 'waveform') AS waveform_url,
       a.created_at, a.updated_at, a.version
  FROM asset a LEFT JOIN video v ON v.id = a.video LEFT JOIN show s ON s.id = a.show
 WHERE a.id = $1 AND ($2 OR a.video IS NULL OR (v.state = 'published' AND v.visibility <> 'private'))

-- name: asset_of_video
-- A file of an older version, which goes on for its tickets, gives way to the newer one of the same rendition.
SELECT a.id, a.video AS video_id, s.slug AS show_slug, a.kind, nullif(a.title, '') AS title, a.filename, a.media_type,
       a.size_bytes, a.sha256, a.gate, a.tier, a.delivery, a.duration_ms, (SELECT c.verdict FROM scan c WHERE c.sha256 = a.sha256) AS scan,
       (SELECT p.id FROM picture p WHERE p.asset = a.id AND p.kind = 'cover') AS cover_url,
       (SELECT p.id FROM picture p WHERE p.asset = a.id AND p.kind = 'waveform') AS waveform_url,
       a.created_at, a.updated_at, a.version
  FROM asset a LEFT JOIN show s ON s.id = a.show
 WHERE a.video = $1 AND a.id < $2
   AND NOT EXISTS (SELECT 1 FROM asset n WHERE n.video = a.video AND n.id > a.id AND n.rendition = a.rendition)
 ORDER BY a.id DESC LIMIT $3

-- name: asset_of_show
SELECT a.id, a.video AS video_id, s.slug AS show_slug, a.kind, nullif(a.title, '') AS title, a.filename, a.media_type,
       a.size_bytes, a.sha256, a.gate, a.tier, a.delivery, a.duration_ms, (SELECT c.verdict FROM scan c WHERE c.sha256 = a.sha256) AS scan,
       (SELECT p.id FROM picture p WHERE p.asset = a.id AND p.kind = 'cover') AS cover_url,
       (SELECT p.id FROM picture p WHERE p.asset = a.id AND p.kind = 'waveform') AS waveform_url,
       a.created_at, a.updated_at, a.version
  FROM asset a JOIN show s ON s.id = a.show
 WHERE a.show = $1 AND a.id < $2 ORDER BY a.id DESC LIMIT $3

-- name: asset_list
-- $2: NULL or the kind; $3: the viewer sees drafts too. Unlisted videos are listed by their own address alone.
SELECT a.id, a.video AS video_id, s.slug AS show_slug, a.kind, nullif(a.title, '') AS title, a.filename, a.media_type,
       a.size_bytes, a.sha256, a.gate, a.tier, a.delivery, a.duration_ms, (SELECT c.verdict FROM scan c WHERE c.sha256 = a.sha256) AS scan,
       (SELECT p.id FROM picture p WHERE p.asset = a.id AND p.kind = 'cover') AS cover_url,
       (SELECT p.id FROM picture p WHERE p.asset = a.id AND p.kind = 'waveform') AS waveform_url,
       a.created_at, a.updated_at, a.version
  FROM asset a LEFT JOIN video v ON v.id = a.video LEFT JOIN show s ON s.id = a.show
 WHERE a.id < $1 AND ($2 IS NULL OR a.kind = $2)
   AND ($3 OR a.video IS NULL OR (v.state = 'published' AND v.visibility = 'public'))
   AND NOT EXISTS (SELECT 1 FROM asset n WHERE n.video = a.video AND n.id > a.id AND n.rendition = a.rendition)
 ORDER BY a.id DESC LIMIT $4

-- name: asset_original
SELECT id FROM asset WHERE video = $1 AND kind = 'original' ORDER BY id DESC LIMIT 1

-- name: asset_add
-- An original that is encoded again is the same asset.
INSERT INTO asset (id, video, encode, kind, filename, media_type, size_bytes, sha256, gate, tier, blob, duration_ms, created_at, updated_at)
SELECT $1, $2, $3, 'original', $4, $5, $6, $7, 'teaser', 'free', $8, $9, $10, $11
 WHERE NOT EXISTS (SELECT 1 FROM asset WHERE video = $2 AND blob = $8)

-- name: asset_file
-- A rendition or the sound of the version that is served, named after the video. Who may have it is as
-- the editor said of the same file of an older version.
INSERT INTO asset (id, video, encode, rendition, kind, filename, media_type, size_bytes, sha256, gate, tier, delivery, blob, parts, duration_ms, created_at, updated_at)
SELECT $1, v.id, $2, $3, $4, v.slug || $5, $6, $7, $8,
       coalesce((SELECT o.gate FROM asset o WHERE o.video = v.id AND o.rendition = $3 ORDER BY o.id DESC LIMIT 1), 'none'),
       coalesce((SELECT o.tier FROM asset o WHERE o.video = v.id AND o.rendition = $3 ORDER BY o.id DESC LIMIT 1), 'free'),
       coalesce((SELECT o.delivery FROM asset o WHERE o.video = v.id AND o.rendition = $3 ORDER BY o.id DESC LIMIT 1), 'any'),
       $9, $10, v.duration_ms, $11, $12 FROM video v WHERE v.id = $13

-- name: asset_change
-- NULL leaves a column; $1: the title was given.
UPDATE asset SET title = CASE WHEN $1 THEN coalesce($2, '') ELSE title END, filename = coalesce($3, filename),
       tier = coalesce($4, tier), gate = coalesce($5, gate), delivery = coalesce($6, delivery), updated_at = $7,
       version = version + 1
 WHERE id = $8 AND ($9 < 0 OR version = $9)

-- name: asset_drop
DELETE FROM asset WHERE id = $1

-- name: asset_blobs
SELECT blob AS key FROM asset WHERE id = $1
UNION SELECT blob AS key FROM picture WHERE asset = $1

-- name: show_blobs
SELECT a.blob AS key FROM asset a JOIN show s ON s.id = a.show WHERE s.slug = $1
UNION SELECT p.blob AS key FROM picture p JOIN asset a ON a.id = p.asset JOIN show s ON s.id = a.show WHERE s.slug = $1
