"""Browser sessions and authorization codes, as SQLite tables; of both only hashes are kept."""

# Browser sessions of an older form know too little and are let go: they would end within the hour anyway.
# Disabling a user ends their sessions for good; enabling does not bring them back.
SCHEMA = """
DROP TRIGGER IF EXISTS hosted_sessions_end_with_disabling;
DROP TABLE IF EXISTS hosted_sessions;
CREATE TABLE IF NOT EXISTS browser_sessions (
    cookie_hash TEXT PRIMARY KEY,
    domain TEXT NOT NULL,
    user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    auth_time REAL NOT NULL,
    expires_at REAL NOT NULL,
    provider TEXT NOT NULL,
    methods TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS browser_sessions_by_user ON browser_sessions (user_id);
CREATE TRIGGER IF NOT EXISTS browser_sessions_end_as_listed AFTER DELETE ON sso_sessions BEGIN
    DELETE FROM browser_sessions WHERE cookie_hash = OLD.cookie_hash;
END;
CREATE TRIGGER IF NOT EXISTS browser_sessions_are_listed_no_more AFTER DELETE ON browser_sessions BEGIN
    DELETE FROM sso_sessions WHERE cookie_hash = OLD.cookie_hash;
END;
CREATE TABLE IF NOT EXISTS hosted_codes (
    code_hash TEXT PRIMARY KEY,
    user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    client_id TEXT NOT NULL,
    redirect_uri TEXT NOT NULL,
    challenge TEXT NOT NULL,
    body TEXT NOT NULL,
    expires_at REAL NOT NULL
);
CREATE INDEX IF NOT EXISTS hosted_codes_by_user ON hosted_codes (user_id);
CREATE TRIGGER IF NOT EXISTS browser_sessions_end_with_disabling AFTER UPDATE OF is_enabled ON users
WHEN NEW.is_enabled = 0 BEGIN
    DELETE FROM browser_sessions WHERE user_id = NEW.id;
    DELETE FROM hosted_codes WHERE user_id = NEW.id;
END;
"""
