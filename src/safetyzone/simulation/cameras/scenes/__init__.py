"""What pretend cameras show: streets drawn in perspective as each camera would see them, with people and vehicles that do not exist."""
