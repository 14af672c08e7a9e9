"""The in-site inbox, and messages sent through adapters."""
