"""What was sent and what was changed: the journal and the calls."""
