"""``waihu demo --scenario blended``: agents who take callers and calls of lists, step by step, each step proved."""
