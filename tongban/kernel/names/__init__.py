"""Names of organisations: how they are made up, what they must not contain, whether they are free; and reserving one."""
