"""The program that watches cameras for plates and faces, and only where it is given work to."""
