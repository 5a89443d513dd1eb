"""From a command line to a proxy that listens."""
