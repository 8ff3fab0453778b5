"""Ways to an owner, one folder a vendor."""
