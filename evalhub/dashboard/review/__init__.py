"""The review of a campaign: its pairs, and the screen on which people grade them."""
