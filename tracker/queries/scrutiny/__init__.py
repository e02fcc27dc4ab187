"""Questions that an auditor asks of all assignments of a period: who went where too often, and what was missed."""
