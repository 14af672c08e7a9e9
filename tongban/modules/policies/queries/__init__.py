"""What is read: texts in force and whom they fit, alerts; snapshots of the city, which load DuckDB, by themselves."""
