"""What user pools are made of, as SQLite tables."""

# Columns named …_folded hold the case-folded value, so that ListUsers finds and sorts by index whatever the alphabet.
SCHEMA = """
CREATE TABLE IF NOT EXISTS user_pool_secrets (
    name TEXT PRIMARY KEY,
    value BLOB NOT NULL
);
CREATE TABLE IF NOT EXISTS user_pools (
    id TEXT PRIMARY KEY,
    region TEXT NOT NULL,
    number INTEGER NOT NULL,
    user_count INTEGER NOT NULL DEFAULT 0,
    body TEXT NOT NULL,
    mfa TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS user_pools_by_region ON user_pools (region, number);
CREATE TABLE IF NOT EXISTS app_clients (
    client_id TEXT PRIMARY KEY,
    pool_id TEXT NOT NULL REFERENCES user_pools (id) ON DELETE CASCADE,
    body TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS app_clients_by_pool ON app_clients (pool_id, client_id);
CREATE TABLE IF NOT EXISTS domains (
    domain TEXT PRIMARY KEY,
    pool_id TEXT NOT NULL REFERENCES user_pools (id) ON DELETE CASCADE,
    body TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS domains_by_pool ON domains (pool_id);
CREATE TABLE IF NOT EXISTS resource_servers (
    pool_id TEXT NOT NULL REFERENCES user_pools (id) ON DELETE CASCADE,
    identifier TEXT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (pool_id, identifier)
);
CREATE TABLE IF NOT EXISTS user_groups (
    pool_id TEXT NOT NULL REFERENCES user_pools (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    precedence INTEGER,
    role_arn TEXT NOT NULL DEFAULT '',
    description TEXT NOT NULL DEFAULT '',
    created_at REAL NOT NULL,
    modified_at REAL NOT NULL,
    PRIMARY KEY (pool_id, name)
);
CREATE TABLE IF NOT EXISTS users (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    pool_id TEXT NOT NULL REFERENCES user_pools (id) ON DELETE CASCADE,
    username TEXT NOT NULL,
    username_key TEXT NOT NULL,
    sub TEXT NOT NULL UNIQUE,
    status TEXT NOT NULL,
    is_enabled INTEGER NOT NULL,
    created_at REAL NOT NULL,
    modified_at REAL NOT NULL,
    email_folded TEXT,
    phone_number TEXT,
    name_folded TEXT,
    given_name_folded TEXT,
    family_name_folded TEXT,
    preferred_username_folded TEXT,
    attributes TEXT NOT NULL,
    password TEXT,
    past_passwords TEXT NOT NULL DEFAULT '[]',
    UNIQUE (pool_id, username_key)
);
CREATE INDEX IF NOT EXISTS users_by_pool ON users (pool_id, id);
CREATE INDEX IF NOT EXISTS users_by_username ON users (pool_id, username, id);
CREATE INDEX IF NOT EXISTS users_by_sub ON users (pool_id, sub, id);
CREATE INDEX IF NOT EXISTS users_by_status ON users (pool_id, status, id);
CREATE INDEX IF NOT EXISTS users_by_enabled ON users (pool_id, is_enabled, id);
CREATE INDEX IF NOT EXISTS users_by_email ON users (pool_id, email_folded, id);
CREATE INDEX IF NOT EXISTS users_by_phone ON users (pool_id, phone_number, id);
CREATE INDEX IF NOT EXISTS users_by_name ON users (pool_id, name_folded, id);
CREATE INDEX IF NOT EXISTS users_by_given_name ON users (pool_id, given_name_folded, id);
CREATE INDEX IF NOT EXISTS users_by_family_name ON users (pool_id, family_name_folded, id);
CREATE INDEX IF NOT EXISTS users_by_preferred_username ON users (pool_id, preferred_username_folded, id);
CREATE TRIGGER IF NOT EXISTS users_counted_in AFTER INSERT ON users BEGIN
    UPDATE user_pools SET user_count = user_count + 1 WHERE id = NEW.pool_id;
END;
CREATE TRIGGER IF NOT EXISTS users_counted_out AFTER DELETE ON users BEGIN
    UPDATE user_pools SET user_count = user_count - 1 WHERE id = OLD.pool_id;
END;
CREATE TABLE IF NOT EXISTS group_members (
    pool_id TEXT NOT NULL,
    group_name TEXT NOT NULL,
    user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    PRIMARY KEY (pool_id, group_name, user_id),
    FOREIGN KEY (pool_id, group_name) REFERENCES user_groups (pool_id, name) ON DELETE CASCADE
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS group_members_by_user ON group_members (user_id);
CREATE TABLE IF NOT EXISTS identity_providers (
    pool_id TEXT NOT NULL REFERENCES user_pools (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (pool_id, name)
);
CREATE TABLE IF NOT EXISTS provider_identifiers (
    pool_id TEXT NOT NULL,
    identifier TEXT NOT NULL,
    provider TEXT NOT NULL,
    PRIMARY KEY (pool_id, identifier),
    FOREIGN KEY (pool_id, provider) REFERENCES identity_providers (pool_id, name) ON DELETE CASCADE
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS provider_links (
    pool_id TEXT NOT NULL,
    provider TEXT NOT NULL,
    attribute TEXT NOT NULL,
    value TEXT NOT NULL,
    user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    provider_type TEXT NOT NULL,
    issuer TEXT,
    is_own INTEGER NOT NULL,
    created_at REAL NOT NULL,
    PRIMARY KEY (pool_id, provider, attribute, value)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS provider_links_by_user ON provider_links (user_id);
CREATE TABLE IF NOT EXISTS pool_documents (
    pool_id TEXT NOT NULL REFERENCES user_pools (id) ON DELETE CASCADE,
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    client_id TEXT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (pool_id, kind, name)
);
CREATE TABLE IF NOT EXISTS provisioned_limits (
    region TEXT NOT NULL,
    category TEXT NOT NULL,
    value INTEGER NOT NULL,
    PRIMARY KEY (region, category)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS default_mails (
    day INTEGER PRIMARY KEY,
    number INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS import_jobs (
    id TEXT PRIMARY KEY,
    pool_id TEXT NOT NULL REFERENCES user_pools (id) ON DELETE CASCADE,
    number INTEGER NOT NULL,
    status TEXT NOT NULL,
    position INTEGER NOT NULL DEFAULT 0,
    imported INTEGER NOT NULL DEFAULT 0,
    skipped INTEGER NOT NULL DEFAULT 0,
    failed INTEGER NOT NULL DEFAULT 0,
    body TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS import_jobs_by_pool ON import_jobs (pool_id, number);
CREATE TABLE IF NOT EXISTS import_files (
    job_id TEXT PRIMARY KEY REFERENCES import_jobs (id) ON DELETE CASCADE,
    content BLOB NOT NULL
);
CREATE TABLE IF NOT EXISTS import_log (
    job_id TEXT NOT NULL REFERENCES import_jobs (id) ON DELETE CASCADE,
    line INTEGER NOT NULL,
    outcome TEXT NOT NULL,
    message TEXT NOT NULL,
    PRIMARY KEY (job_id, line)
) WITHOUT ROWID;
"""
