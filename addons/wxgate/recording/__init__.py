"""What happens to a finished call: a line on the terminal, flow marks, the session."""
