"""Who may go where: every inspector against every inspection, over the same rules as one check."""
