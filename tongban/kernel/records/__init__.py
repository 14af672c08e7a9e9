"""What every table of ours is: written only by actions, each field with a privacy class, secrets encrypted."""
