"""Members, tokens, the log of who did what, and the choice of the workspace."""
