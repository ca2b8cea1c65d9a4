"""The search box: ask systems, see their lists side by side, grade on the spot."""
