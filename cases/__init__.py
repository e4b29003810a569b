"""One matter: the case, its classes and limits, its workflow, timeline and evidence."""
