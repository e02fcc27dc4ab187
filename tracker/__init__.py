"""The conflict-of-interest tracker for inspectorates."""
