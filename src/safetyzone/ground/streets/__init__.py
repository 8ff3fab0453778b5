"""Streets and the base map: from OpenStreetMap extracts where a station has one, from our own drawing elsewhere. No tables."""
