"""Smart Safety Zone (สมาร์ทเซฟตี้โซน 4.0): notice, answer, change the place, measure."""

__version__ = "0.1.0"
