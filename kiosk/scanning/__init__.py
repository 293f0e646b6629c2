"""From keystrokes to codes."""
