-- name: visitor_becomes
UPDATE playback SET account = $1, visitor = NULL WHERE visitor = $2
