"""Credential files of Application Default Credentials: what they may say, and how to make one that holds no key.

google-auth checks almost nothing in these files and sends tokens to whatever host they name, so every field is judged here first, against
a list of hosts. Nothing here opens a file or a connection, and nothing secret gets into a message.
"""

from throughput.credentials.checks import Options
from throughput.credentials.files import Examined, examine

__all__ = ["Examined", "Options", "examine"]
