"""From a workload to GSUs: the arithmetic of the tables, minimums, and windows that the largest request must fit."""
