-- When bytes of a download could first not be read; who never got the rest is not charged a file.
ALTER TABLE download ADD COLUMN failed_at BIGINT;
