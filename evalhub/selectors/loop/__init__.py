"""From labels to an adopted rater version: what the pages, REST and the CLI show of it."""
