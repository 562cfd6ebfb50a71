"""Making `CreditControl.xlsm` from sources: sheets, formats, guide, dashboard, sample company, package."""
