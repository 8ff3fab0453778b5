"""Sightings in columns: a fast index beside the record, made from it anew at every start. Pure: numpy and numba, no database."""

from safetyzone.senses.sightings.columns.index import Companion, Rows, Sightings
from safetyzone.senses.sightings.columns.packing import pack, packed, unpack

__all__ = ["Companion", "Rows", "Sightings", "pack", "packed", "unpack"]
