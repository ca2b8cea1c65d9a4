"""Rows of a review as large as LLMJudge's, drawn at random."""
