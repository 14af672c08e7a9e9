"""Appeals of enterprises (政企直通车): one pool, one owner and one next date for each, until it is really settled."""
