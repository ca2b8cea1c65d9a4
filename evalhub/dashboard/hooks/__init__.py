"""Pages of messages, schedules and alerts."""
