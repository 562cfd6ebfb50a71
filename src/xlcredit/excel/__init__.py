"""Inside Excel: what ribbon buttons and cell formulas call. Thin: the work is done by operations and core."""
