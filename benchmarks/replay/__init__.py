"""Parts of `benchmarks.review_replay`: what labels given in the order of a review queue are worth."""
