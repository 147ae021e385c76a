"""The nouns of Waihu: what a call, an agent, a lead, a campaign is. Pure values, no input or output."""
