"""What every terminal looks like: components, layout, texts, preferences, rights of a page. No tables."""
