"""The pure core: what a connection is, what the policy says of it, and what a check finds."""
