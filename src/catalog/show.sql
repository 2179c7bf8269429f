-- name: show_id
SELECT id FROM show WHERE slug = $1

-- name: show_by_slug
SELECT slug, title, description, created_at, updated_at, version FROM show WHERE slug = $1

-- name: show_list
SELECT slug, title, description, created_at, updated_at, version FROM show
 WHERE (created_at, id) < ($1, $2) ORDER BY created_at DESC, id DESC LIMIT $3

-- name: show_slug_taken
SELECT count(*) FROM show WHERE slug = $1

-- name: show_add
INSERT INTO show (id, slug, title, description, created_at, updated_at) VALUES ($1, $2, $3, $4, $5, $6)

-- name: show_change
UPDATE show SET title = coalesce($1, title), description = coalesce($2, description), updated_at = $3,
       version = version + 1 WHERE slug = $4 AND ($5 < 0 OR version = $5)

-- name: show_drop
DELETE FROM show WHERE slug = $1

-- name: show_videos
SELECT count(*) FROM video v JOIN show s ON s.id = v.show WHERE s.slug = $1
