"""Review: open a queue, change its settings, draw samples."""
