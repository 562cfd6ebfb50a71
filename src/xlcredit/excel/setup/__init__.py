"""Setting xlcredit up beside Excel: install, uninstall, diagnosis, and a folder to install from without a network."""
