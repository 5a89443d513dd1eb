"""What people and programs are shown of a session: records in, text out. Nothing is read or written here."""
