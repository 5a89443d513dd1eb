"""Who says that an app goes to the background: commands, scenarios, the page."""
