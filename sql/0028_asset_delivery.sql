-- Files that only the hub itself sends: recalled within seconds, and every byte of them counted.
ALTER TABLE asset ADD COLUMN delivery TEXT NOT NULL DEFAULT 'any';        -- any | proxied
