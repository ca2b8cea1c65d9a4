"""What the page that starts a campaign offers, and what earlier campaigns say of the next."""
