"""User pools: pools, users, groups, app clients."""
