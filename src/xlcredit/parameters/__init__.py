"""What the rules take from the law and from the team's own policy: dated data, read strictly.

The files stand in `data/law` and `data/policy`.
"""
