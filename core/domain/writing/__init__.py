"""What people, scanners and files write, read and written."""
