"""How many cameras one core reads: the motion gate and what follows it, against looking at every picture and against a published design."""
