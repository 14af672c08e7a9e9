"""Exchange with other platforms: signed envelopes, one effect for each message, both sides' totals compared."""
