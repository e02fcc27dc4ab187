"""Compliance at a glance: figures, each with the list that it counts and its meaning, and how they went over time."""

from tracker.queries.compliance.asking import Asked, Listing, Row
from tracker.queries.compliance.measures import MEASURES, Figure, Measure, figures

__all__ = ["MEASURES", "Asked", "Figure", "Listing", "Measure", "Row", "figures"]
