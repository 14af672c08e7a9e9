"""Receiving apart from handling (收受分离): which hall took an application in, who did, and who then handles it."""
