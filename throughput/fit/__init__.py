"""Which way to buy, for one workload: monthly cost of every option, hard needs that each fails, rules of thumb, a recommendation."""
