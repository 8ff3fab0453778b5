"""Looks at cameras: does each answer, and is its picture still the picture? No other program opens a camera's address."""
