"""What the search box shows."""
