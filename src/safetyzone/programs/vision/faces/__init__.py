"""Faces: found, judged, and compared in memory with the lists that are active on their camera. Of nobody else anything stays."""
