"""Where and who: areas and their versions, organisations, staff and posts."""
