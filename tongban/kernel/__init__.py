"""What every service is: items, cases, people, papers, clocks, seals. The packages are stacked (pyproject.toml)."""
