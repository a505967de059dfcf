"""Sign-ins under way at an external provider, SAML assertions that were used, and the built-in providers' own state."""

SCHEMA = """
CREATE TABLE IF NOT EXISTS federation_requests (
    state_hash TEXT PRIMARY KEY,
    domain TEXT NOT NULL,
    cookie_hash TEXT NOT NULL,
    provider TEXT NOT NULL,
    query TEXT NOT NULL,
    token TEXT NOT NULL,
    expires_at REAL NOT NULL
);
CREATE TABLE IF NOT EXISTS saml_assertions (
    pool_id TEXT NOT NULL REFERENCES user_pools (id) ON DELETE CASCADE,
    assertion_id TEXT NOT NULL,
    expires_at REAL NOT NULL,
    PRIMARY KEY (pool_id, assertion_id)
);
CREATE TABLE IF NOT EXISTS provider_keys (
    name TEXT PRIMARY KEY,
    private_pem TEXT NOT NULL,
    certificate_pem TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS provider_sessions (
    cookie_hash TEXT PRIMARY KEY,
    provider TEXT NOT NULL,
    person TEXT NOT NULL,
    expires_at REAL NOT NULL
);
CREATE TABLE IF NOT EXISTS provider_grants (
    secret_hash TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    provider TEXT NOT NULL,
    person TEXT NOT NULL,
    body TEXT NOT NULL,
    expires_at REAL NOT NULL
);
"""
