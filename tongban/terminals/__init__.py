"""Who looks: pages for people. Views load, check, make one call and render; no tables live here."""
