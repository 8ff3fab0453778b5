"""Thai number plates: found in a frame, read in three fields, voted on over a track. Weights of our own; see MODEL_CARD.md."""
