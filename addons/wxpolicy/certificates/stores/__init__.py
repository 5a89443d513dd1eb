"""Data: which vendor's store holds which root (stores.json), and the roots themselves (roots.pem)."""
