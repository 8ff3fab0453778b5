"""What cameras see among houses: ours beside shapely's exact arithmetic, tcod's shadow-cast and pyvisgraph."""
