"""The list of campaigns: what is looked for, and what changed since a campaign of the same name."""
