"""One call: what was seen of it, what it is, what is made of it."""
