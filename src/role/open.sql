-- name: secret_get
SELECT value FROM secret WHERE name = $1

-- name: secret_add
INSERT INTO secret (name, value) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING
