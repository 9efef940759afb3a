"""Files of many rows that somebody asked for: made by workers in pieces, kept for some days, read with the rights of that day."""
