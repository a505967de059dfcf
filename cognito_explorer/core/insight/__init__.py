"""What needs several areas at once."""
