"""Pure routing decisions: which agent takes which call."""
