"""Agreement of a rater with people's grades, every figure with an interval over queries."""
