"""A whole term's teams at once: the plan, the proof that none is better, and why a place stays open.

Nothing here knows a database, a clock or a page: columns of numbers go in, columns of numbers come out.
"""
