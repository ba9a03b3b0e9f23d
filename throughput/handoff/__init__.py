"""The hand-over of an order to the person who buys it: what is to be done in the Console, by whom, at what cost, and what comes next.

Nothing here buys or changes anything: Google offers no API for that. What comes out are values, for a sheet, a table or a plan's last
lines; `scripts` renders them.
"""
