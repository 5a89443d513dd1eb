"""One call on the mitmproxy side: hooks become events, decisions are carried out."""
