"""Pages of what campaigns are made of: corpora, queries, models and raters, and what they cost."""
