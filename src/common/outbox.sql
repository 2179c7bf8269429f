-- name: outbox_add
-- A fact that was told under this id already is not told again.
INSERT INTO outbox (n, id, topic, payload, created_at) SELECT coalesce(max(n), 0) + 1, $1, $2, $3, $4 FROM outbox WHERE true
    ON CONFLICT (id) DO NOTHING

-- name: outbox_waits
SELECT count(*) FROM outbox WHERE id = $1
