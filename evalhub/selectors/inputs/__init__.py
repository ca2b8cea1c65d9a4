"""What the pages of corpora, queries, models, raters and spend show."""
