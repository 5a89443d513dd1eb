"""Long work in parts: each portion of a session or a capture is done separately, by several processes, and shown in
order."""
