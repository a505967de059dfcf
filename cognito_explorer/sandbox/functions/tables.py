"""Functions and their policies, as SQLite tables."""

SCHEMA = """
CREATE TABLE IF NOT EXISTS lambda_functions (
    arn TEXT PRIMARY KEY,
    region TEXT NOT NULL,
    name TEXT NOT NULL,
    body TEXT NOT NULL,
    code BLOB NOT NULL,
    UNIQUE (region, name)
);
CREATE TABLE IF NOT EXISTS lambda_statements (
    arn TEXT NOT NULL REFERENCES lambda_functions (arn) ON DELETE CASCADE,
    statement_id TEXT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (arn, statement_id)
);
"""
