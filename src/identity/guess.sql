-- name: guess_take
-- No row: it is too early. $3: how long ago is forgiven.
INSERT INTO guess (name, failures, next_at) VALUES ($1, 1, $2)
    ON CONFLICT (name) DO UPDATE SET
       failures = CASE WHEN guess.next_at < $2 - $3 THEN 1 ELSE guess.failures + 1 END,
       next_at = $2 + CASE WHEN guess.next_at < $2 - $3 OR guess.failures < 4 THEN 0
                           WHEN guess.failures >= 10 THEN 60000
                           ELSE 1000 << (guess.failures - 4) END
 WHERE guess.next_at <= $2
RETURNING failures

-- name: guess_next
SELECT next_at FROM guess WHERE name = $1

-- name: guess_forget
DELETE FROM guess WHERE name = $1

-- name: guess_old
SELECT count(*) FROM guess WHERE next_at < $1

-- name: guess_sweep
DELETE FROM guess WHERE next_at < $1
