"""Use cases, one file per noun. The only place that commits; the audit line stands beside the write."""
