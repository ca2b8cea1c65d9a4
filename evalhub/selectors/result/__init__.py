"""What the pages around a campaign's result show: its trend, what changed, scores so far, errors."""
