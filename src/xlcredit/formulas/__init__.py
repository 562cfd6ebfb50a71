"""The functions for cells: what stands in cells in, what shall stand in cells out; no Excel.

`excel.udfs` joins them to Excel, `build.formulas_sheet` shows an example of each. They call the core's rules
and have none of their own.
"""
