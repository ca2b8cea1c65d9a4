"""Pages from labels to an adopted rater version."""
