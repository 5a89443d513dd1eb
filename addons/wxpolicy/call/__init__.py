"""One call: its facts, its classification, its judgement."""
