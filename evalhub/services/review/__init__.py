"""What people do in a review: take pairs, grade them, settle where they differ."""
