"""Pages of a campaign's queries, and of documents."""
