"""Making `CreditControl.xlsm` from sources: sheets, formats, guide, dashboard, the sample company, the package."""
