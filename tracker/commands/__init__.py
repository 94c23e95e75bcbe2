"""The commands, one file a group: parse, one call, one print."""
