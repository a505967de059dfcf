"""What identity pools are made of, as SQLite tables."""

# An identity that was merged into another stays as a disabled row that names its successor. An identity without
# logins is a guest only if it never had any: one whose last login was unlinked belongs to nobody.
SCHEMA = """
CREATE TABLE IF NOT EXISTS identity_pools (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    region TEXT NOT NULL,
    body TEXT NOT NULL,
    roles TEXT NOT NULL DEFAULT '{}'
);
CREATE INDEX IF NOT EXISTS identity_pools_by_region ON identity_pools (region, number);
CREATE TABLE IF NOT EXISTS identities (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    pool_id TEXT NOT NULL REFERENCES identity_pools (id) ON DELETE CASCADE,
    is_guest INTEGER NOT NULL,
    merged_into TEXT NOT NULL DEFAULT '',
    created_at REAL NOT NULL,
    modified_at REAL NOT NULL
);
CREATE INDEX IF NOT EXISTS identities_by_pool ON identities (pool_id, number);
CREATE TABLE IF NOT EXISTS identity_logins (
    pool_id TEXT NOT NULL,
    provider TEXT NOT NULL,
    subject TEXT NOT NULL,
    identity_id TEXT NOT NULL REFERENCES identities (id) ON DELETE CASCADE,
    PRIMARY KEY (pool_id, provider, subject),
    UNIQUE (identity_id, provider)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS developer_logins (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    pool_id TEXT NOT NULL,
    provider TEXT NOT NULL,
    user_identifier TEXT NOT NULL,
    identity_id TEXT NOT NULL REFERENCES identities (id) ON DELETE CASCADE,
    UNIQUE (pool_id, user_identifier)
);
CREATE INDEX IF NOT EXISTS developer_logins_by_identity ON developer_logins (identity_id, number);
CREATE TABLE IF NOT EXISTS identity_principal_tags (
    pool_id TEXT NOT NULL REFERENCES identity_pools (id) ON DELETE CASCADE,
    provider TEXT NOT NULL,
    uses_defaults INTEGER NOT NULL,
    tags TEXT NOT NULL,
    PRIMARY KEY (pool_id, provider)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS identity_signing_keys (
    kid TEXT PRIMARY KEY,
    private_key BLOB NOT NULL
);
"""
