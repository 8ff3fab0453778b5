"""Thai number plates, drawn: for training, for tests, and for the vehicles of the demo. The same seed draws the same plate."""
