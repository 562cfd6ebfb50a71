"""The barest function of xlwings: what it is given, given back."""

import xlwings


@xlwings.func
@xlwings.arg("cells", ndim=2)
def same(cells):
    """The cells as they are."""
    return cells
