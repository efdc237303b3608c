"""Learning and measuring for cross-domain retrieval; no Qt, no application."""
