-- name: asset_by_id
-- $2: the viewer sees drafts too.
SELECT a.id, a.video AS video_id, a.kind, a.filename, a.media_type, a.size_bytes, a.sha256, a.gate, a.tier, a.created_at
  FROM asset a JOIN video v ON v.id = a.video
 WHERE a.id = $1 AND ($2 OR (v.state = 'published' AND v.visibility <> 'private'))

-- name: asset_of_video
SELECT id, video AS video_id, kind, filename, media_type, size_bytes, sha256, gate, tier, created_at
  FROM asset WHERE video = $1 AND id < $2 ORDER BY id DESC LIMIT $3

-- name: asset_original
-- An original that is encoded again is the same asset.
INSERT INTO asset (id, video, encode, kind, filename, media_type, size_bytes, sha256, gate, tier, blob, duration_ms, created_at, updated_at)
SELECT $1, $2, $3, 'original', $4, $5, $6, $7, 'none', 'free', $8, $9, $10, $11
 WHERE NOT EXISTS (SELECT 1 FROM asset WHERE blob = $12)

-- name: asset_file
-- A rendition or the sound of the version that is served, named after the video.
INSERT INTO asset (id, video, encode, rendition, kind, filename, media_type, size_bytes, sha256, gate, tier, blob, parts, duration_ms, created_at, updated_at)
SELECT $1, v.id, $2, $3, $4, v.slug || $5, $6, $7, $8, 'none', 'free', $9, $10, v.duration_ms, $11, $12 FROM video v WHERE v.id = $13
