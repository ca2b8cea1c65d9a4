"""New campaign: one page from one's own files to a started campaign."""
