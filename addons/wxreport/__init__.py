"""The reports on a session: records in, text out. Nothing is read or written here."""
