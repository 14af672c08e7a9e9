"""The commands of `tongban`: each module has `arguments(name, parser)` and `run(options)`."""
