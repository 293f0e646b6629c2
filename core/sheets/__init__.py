"""The office's tables: what their columns are called and how their cells are read."""
