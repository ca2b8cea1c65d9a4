"""The rows behind each chart of a campaign: what the table beside it, the CSV and the drawing all show."""
