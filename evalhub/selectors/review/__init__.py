"""What people have to review: the pairs of a queue, in an order, filtered."""
