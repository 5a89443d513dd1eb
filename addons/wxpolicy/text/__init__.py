"""Text for people: what a terminal can show, what a system error means."""
