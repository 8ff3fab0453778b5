"""``python -m training.plates --model reader|detector``: draws plates, learns to find and to read them, measures, writes the weights."""
