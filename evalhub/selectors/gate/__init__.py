"""What a campaign's gate looks at, and what it says."""
