"""Questions: each reads and answers; none writes."""
