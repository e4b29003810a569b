"""How well: indicators, scores and statistics."""
