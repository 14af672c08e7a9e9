"""Investment projects from lead to production, and the one intake of firms that add capital or capacity."""
