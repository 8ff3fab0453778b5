"""Where to put cameras and where to turn them: ours beside spopt with CBC and OR-Tools' CP-SAT."""
