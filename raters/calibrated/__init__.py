"""An ordinal model over cheap evidence, learned from gold labels; see docs/calibrated.md."""
