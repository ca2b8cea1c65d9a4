"""Fine-tuning: labelled pairs in, a folder of weights with its manifest out."""
