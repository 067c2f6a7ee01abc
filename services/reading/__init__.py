"""What pages read: one file per page, scoped by the same predicate, nothing written."""
