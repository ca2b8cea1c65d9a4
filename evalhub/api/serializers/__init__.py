"""What goes in and out, in the words of the API."""
