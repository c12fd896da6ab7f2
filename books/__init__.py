"""The shared vocabulary of the house: money, periods, records, refusals, the clock, the firm and the store."""
