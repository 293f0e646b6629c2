"""The full-screen kiosk and the commands: what a worker sees, over `core`."""
