"""Clients, device codes and tokens of single sign-on."""

SCHEMA = """
CREATE TABLE IF NOT EXISTS sso_clients (
    id TEXT PRIMARY KEY,
    secret_hash TEXT NOT NULL,
    name TEXT NOT NULL,
    scopes TEXT NOT NULL,
    grant_types TEXT NOT NULL,
    redirect_uris TEXT NOT NULL,
    expires_at REAL NOT NULL
);
CREATE TABLE IF NOT EXISTS sso_devices (
    code_hash TEXT PRIMARY KEY,
    user_code TEXT NOT NULL UNIQUE,
    client_id TEXT NOT NULL REFERENCES sso_clients (id) ON DELETE CASCADE,
    state TEXT NOT NULL DEFAULT 'pending',
    polled_at REAL NOT NULL DEFAULT 0,
    expires_at REAL NOT NULL
);
CREATE TABLE IF NOT EXISTS sso_codes (
    code_hash TEXT PRIMARY KEY,
    client_id TEXT NOT NULL REFERENCES sso_clients (id) ON DELETE CASCADE,
    redirect_uri TEXT NOT NULL,
    challenge TEXT NOT NULL,
    expires_at REAL NOT NULL
);
CREATE TABLE IF NOT EXISTS sso_tokens (
    access_hash TEXT PRIMARY KEY,
    refresh_hash TEXT NOT NULL,
    client_id TEXT NOT NULL,
    expires_at REAL NOT NULL,
    session_ends_at REAL NOT NULL
);
CREATE INDEX IF NOT EXISTS sso_tokens_by_refresh ON sso_tokens (refresh_hash);
"""
