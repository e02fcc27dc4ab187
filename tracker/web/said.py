"""What a page says once, of what was just done, or was not."""

# The category of what is said that is no success: a loss, or that nothing was changed.
NOTICE = "notice"
