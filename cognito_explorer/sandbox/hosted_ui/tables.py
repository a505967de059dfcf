"""Browser sessions and authorization codes, as SQLite tables; of both only hashes are kept."""

SCHEMA = """
CREATE TABLE IF NOT EXISTS hosted_sessions (
    cookie_hash TEXT PRIMARY KEY,
    domain TEXT NOT NULL,
    user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    auth_time REAL NOT NULL,
    expires_at REAL NOT NULL
);
CREATE INDEX IF NOT EXISTS hosted_sessions_by_user ON hosted_sessions (user_id);
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
"""
