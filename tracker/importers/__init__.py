"""A publisher's bytes become plain rows; nothing here knows the database."""
