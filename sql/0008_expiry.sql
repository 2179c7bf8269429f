-- Those whose time is over are looked for each few seconds.
CREATE INDEX ticket_expiry ON ticket (expires_at) WHERE revoked_at IS NULL;
