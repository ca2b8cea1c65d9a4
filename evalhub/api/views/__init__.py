"""One call of the domain each."""
