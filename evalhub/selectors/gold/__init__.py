"""Gold labels and what people said: versions, conflicts, exports."""
