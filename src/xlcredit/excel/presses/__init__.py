"""What each button does: a module a group of the ribbon, in it a function a button, called by the button's key.

Each takes the `Desk` of its press and returns what to say at the end; None when the user called it off, or when
what is on the screen says it all. A misuse is raised as an XlcreditError. Operations are imported when a button
needs them, so that a first press does not wait for what others use.
"""
