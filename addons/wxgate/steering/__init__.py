"""What sends an app to the background: commands, scenarios, the page."""
