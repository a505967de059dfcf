"""Keys, sign-ins, refresh tokens, challenges, codes and counted attempts, as SQLite tables."""

SCHEMA = """
CREATE TABLE IF NOT EXISTS signing_keys (
    kid TEXT PRIMARY KEY,
    pool_id TEXT NOT NULL REFERENCES user_pools (id) ON DELETE CASCADE,
    token_use TEXT NOT NULL,
    private_pem TEXT NOT NULL,
    UNIQUE (pool_id, token_use)
);
CREATE TABLE IF NOT EXISTS sign_ins (
    event_id TEXT PRIMARY KEY,
    origin_jti TEXT NOT NULL,
    pool_id TEXT NOT NULL,
    client_id TEXT NOT NULL,
    user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    auth_time REAL NOT NULL,
    grant_body TEXT NOT NULL,
    revoked_at REAL
);
CREATE INDEX IF NOT EXISTS sign_ins_by_user ON sign_ins (user_id);
CREATE TABLE IF NOT EXISTS refresh_tokens (
    token_hash TEXT PRIMARY KEY,
    event_id TEXT NOT NULL REFERENCES sign_ins (event_id) ON DELETE CASCADE,
    expires_at REAL NOT NULL,
    replaced_at REAL
);
CREATE INDEX IF NOT EXISTS refresh_tokens_by_sign_in ON refresh_tokens (event_id);
CREATE TABLE IF NOT EXISTS auth_sessions (
    session TEXT PRIMARY KEY,
    pool_id TEXT NOT NULL,
    client_id TEXT NOT NULL,
    user_id INTEGER REFERENCES users (id) ON DELETE CASCADE,
    challenge TEXT NOT NULL,
    body TEXT NOT NULL,
    expires_at REAL NOT NULL,
    is_used INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX IF NOT EXISTS auth_sessions_by_expiry ON auth_sessions (expires_at);
CREATE INDEX IF NOT EXISTS auth_sessions_by_user ON auth_sessions (user_id);
CREATE TABLE IF NOT EXISTS confirmation_codes (
    user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    purpose TEXT NOT NULL,
    attribute TEXT NOT NULL,
    value TEXT NOT NULL,
    code TEXT NOT NULL,
    expires_at REAL NOT NULL,
    PRIMARY KEY (user_id, purpose)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS simulated_codes (
    pool_id TEXT NOT NULL REFERENCES user_pools (id) ON DELETE CASCADE,
    purpose TEXT NOT NULL,
    username TEXT NOT NULL,
    expires_at REAL NOT NULL,
    PRIMARY KEY (pool_id, purpose, username)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS simulated_codes_by_expiry ON simulated_codes (expires_at);
CREATE TABLE IF NOT EXISTS attempts (
    user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    purpose TEXT NOT NULL,
    at REAL NOT NULL
);
CREATE INDEX IF NOT EXISTS attempts_by_user ON attempts (user_id, purpose, at);
CREATE TABLE IF NOT EXISTS user_mfa (
    user_id INTEGER PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
    body TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS user_sessions (
    session_id TEXT PRIMARY KEY,
    user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    event_id TEXT NOT NULL UNIQUE REFERENCES sign_ins (event_id) ON DELETE CASCADE,
    client_id TEXT NOT NULL,
    created_at REAL NOT NULL,
    active_at REAL NOT NULL,
    expires_at REAL NOT NULL,
    ip_address TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS user_sessions_by_user ON user_sessions (user_id, created_at);
CREATE TABLE IF NOT EXISTS sso_sessions (
    session_id TEXT PRIMARY KEY,
    cookie_hash TEXT NOT NULL UNIQUE,
    user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    client_id TEXT NOT NULL,
    created_at REAL NOT NULL,
    active_at REAL NOT NULL,
    expires_at REAL NOT NULL
);
CREATE INDEX IF NOT EXISTS sso_sessions_by_user ON sso_sessions (user_id, created_at);
CREATE TABLE IF NOT EXISTS auth_events (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    event_id TEXT NOT NULL UNIQUE,
    user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    created_at REAL NOT NULL,
    body TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS auth_events_by_user ON auth_events (user_id, number);
CREATE TABLE IF NOT EXISTS devices (
    device_key TEXT PRIMARY KEY,
    user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    status TEXT NOT NULL,
    created_at REAL NOT NULL,
    body TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS devices_by_user ON devices (user_id, status, device_key);
CREATE TABLE IF NOT EXISTS passkeys (
    user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    credential_id TEXT NOT NULL,
    public_key BLOB NOT NULL,
    sign_count INTEGER NOT NULL,
    created_at REAL NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (user_id, credential_id)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS passkey_registrations (
    user_id INTEGER PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
    client_id TEXT NOT NULL,
    challenge TEXT NOT NULL,
    expires_at REAL NOT NULL
);
CREATE TABLE IF NOT EXISTS password_lockouts (
    user_id INTEGER PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
    failures INTEGER NOT NULL,
    failed_at REAL NOT NULL,
    locked_until REAL NOT NULL
);
"""
