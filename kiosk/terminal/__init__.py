"""The machine in front of people: its screen, keyboard, sound, logs and PINs."""
