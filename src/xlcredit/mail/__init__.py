"""Letters by e-mail and certified e-mail: messages, drafts, delivery, receipts.

Nothing here knows the register: a message is built from facts and files, a server's answer is a value, a receipt
is what it says of itself. Which letters go out, and what is recorded, stands in `operations`.
"""
