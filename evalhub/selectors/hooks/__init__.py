"""What is told to whom: destinations, messages, alerts."""
