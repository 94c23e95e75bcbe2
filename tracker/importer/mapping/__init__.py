"""Understanding a table: which column is which field, how its values are written, and the records its rows make."""

from tracker.importer.mapping.maps import Map, load_map, map_folder, named_maps, write_map
from tracker.importer.mapping.understand import Assigned, Options, Reading, understand

__all__ = [
    "Assigned",
    "Map",
    "Options",
    "Reading",
    "load_map",
    "map_folder",
    "named_maps",
    "understand",
    "write_map",
]
