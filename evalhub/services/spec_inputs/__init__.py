"""What a campaign's spec names: everything is read and checked before the first row is written."""
