"""Identity pools: identities, roles, credentials, probes."""
