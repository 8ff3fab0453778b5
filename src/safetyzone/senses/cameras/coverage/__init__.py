"""What cameras truly see: past buildings, under crowns, over walls, by day and by night. No Django here.

``ground`` is what stands in the way and the street points that matter; ``pose`` a camera; ``sweep`` the polygon seen from a place;
``seen`` which points a camera sees; ``zone`` shares; ``dead_spots`` what nobody sees; ``spot`` who sees one place, and why others do not.
The inner loops are compiled by numba and kept on disk: ``python -m safetyzone.senses.cameras.coverage.compile``.
"""
