"""Review services."""
