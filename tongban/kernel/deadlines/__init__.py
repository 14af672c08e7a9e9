"""Working calendars and clocks; has never heard of a case."""
