"""Pages of how graders agree."""
