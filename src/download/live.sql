-- name: live_role
SELECT CASE WHEN role = 'fan' AND member_until > $1 THEN 'premium' ELSE role END FROM account WHERE id = $2

-- name: live_ended
-- Of these downloads, 26 characters each, those that may be sent no further. A ticket that had expired runs to its end.
WITH RECURSIVE asked (n, id) AS (
    SELECT 1, substr($1, 1, 26)
    UNION ALL
    SELECT n + 1, substr($1, n * 26 + 1, 26) FROM asked WHERE n < $2
)
SELECT d.id, d.state
  FROM asked q JOIN download d ON d.id = q.id LEFT JOIN ticket t ON t.id = d.ticket
  LEFT JOIN asset a ON a.id = d.asset LEFT JOIN video v ON v.id = a.video
 WHERE t.id IS NULL OR t.revoked_at < t.expires_at OR v.state = 'taken-down'
