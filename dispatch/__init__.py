"""Commanding: routing, assignments, deadlines and escalation, the console."""
