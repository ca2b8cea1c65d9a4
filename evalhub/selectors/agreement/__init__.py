"""Who graded a collection, how they agree, and the reports of it that are stored."""
