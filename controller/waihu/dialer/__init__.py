"""Pure dialling decisions: pacing, lead order, calling hours, list rules, abandon ledger."""
