"""WHAT WE CHANGE: work that makes a place safer, and whether it was done."""
