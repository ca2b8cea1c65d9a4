"""Data, training and tables of the calibrated rater."""
