"""The collector's desk: what a person records about rows and customers, each entry one save with its refresh."""
