"""What a terminal knows of the shop, kept live from the log. No widgets."""
