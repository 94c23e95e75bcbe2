"""Understanding a table: which column is which field, how its values are written, and the records its rows make."""

from tracker.exchange.understanding.headings import knows
from tracker.exchange.understanding.map_writing import write_map
from tracker.exchange.understanding.maps import Map, load_map, map_folder, named_maps
from tracker.exchange.understanding.reading import Assigned, Options, Reading
from tracker.exchange.understanding.understanding import understand

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
