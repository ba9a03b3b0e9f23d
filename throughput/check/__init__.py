"""The pull-request check: every stack's file against its git base, judged once and rendered in six ways.

Pure: files' contents and a day in, one `Report` out. Git, the clock and the engine are the command's business. A stack that can't be
judged is a problem of its own and never counts as passed.
"""
