"""What a corpus is like: lengths, shared words, texts that are almost the same. Pure counting."""
