"""Pages around a campaign's result: trend, what changed, tables, report, scores so far, tags."""
