"""The demonstration: an invented, lifelike world, made through the same doors as a real one, and served on loopback."""
