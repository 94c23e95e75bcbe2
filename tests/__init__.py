"""The tests; a package, so that they can share modules under one name."""
