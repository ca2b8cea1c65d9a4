"""What the pages of a campaign's queries show."""
