"""What becomes of a call that ended: terminal, flow marks, session."""
