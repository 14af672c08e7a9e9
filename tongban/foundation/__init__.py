"""What everything else may rest on: time, numbers, money, errors, packs, criteria. No tables, no Django."""
