"""Long work in parts: each portion of a session or a capture is done by itself, by several processes, and shown in its order."""
