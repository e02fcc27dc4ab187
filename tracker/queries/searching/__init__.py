"""The search through the registers: an index in this process's memory, built from the tables and never out of date."""
