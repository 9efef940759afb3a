"""Who did what, when and why: entries that nobody changes, linked into a chain per tenant, and anchored by signed roots.

`notes` writes an entry in the transaction of what was done. `sealing` links what was committed, and makes anchors; `checking`
recomputes everything and says what does not agree.
"""
