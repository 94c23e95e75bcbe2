"""Understanding a table: which column is which field, how its values are written, and the records its rows make."""

from tracker.importer.mapping.headings import knows
from tracker.importer.mapping.map_writing import write_map
from tracker.importer.mapping.maps import Map, load_map, map_folder, named_maps
from tracker.importer.mapping.reading import Assigned, Options, Reading
from tracker.importer.mapping.understanding import understand

__all__ = [
    "Assigned",
    "Map",
    "Options",
    "Reading",
    "knows",
    "load_map",
    "map_folder",
    "named_maps",
    "understand",
    "write_map",
]
