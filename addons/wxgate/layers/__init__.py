"""What reaches behind mitmproxy's public API: layers of our own, and the few replaced functions."""
