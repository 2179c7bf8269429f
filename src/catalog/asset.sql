-- name: asset_by_id
-- $2: the viewer sees drafts too.
SELECT a.id, a.video AS video_id, a.kind, a.filename, a.media_type, a.size_bytes, a.sha256, a.gate, a.tier, a.created_at
  FROM asset a JOIN video v ON v.id = a.video
 WHERE a.id = $1 AND ($2 OR (v.state = 'published' AND v.visibility <> 'private'))

-- name: asset_of_video
SELECT id, video AS video_id, kind, filename, media_type, size_bytes, sha256, gate, tier, created_at
  FROM asset WHERE video = $1 AND id < $2 ORDER BY id DESC LIMIT $3

-- name: asset_add
-- Once, however often the original is encoded.
INSERT INTO asset (id, video, encode, kind, filename, media_type, size_bytes, sha256, gate, tier, blob, created_at)
SELECT $1, $2, $3, 'original', $4, $5, $6, $7, 'none', 'free', $8, $9
 WHERE NOT EXISTS (SELECT 1 FROM asset a WHERE a.encode = $3 AND a.blob = $8)
