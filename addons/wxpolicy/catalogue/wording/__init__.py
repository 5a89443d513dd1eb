"""What the catalogue's files are made of: the shape of an entry, and the phrases that several of them share."""
