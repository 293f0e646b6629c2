"""What the office says: its tables, their columns and cells, and the plant they give."""
