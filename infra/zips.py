"""How ZIP files fail: archives, workbooks and office documents come from outside and may be cut, altered or forged."""

import zipfile
import zlib

CUT = (zipfile.BadZipFile, zlib.error, EOFError)
"""What reading a member raises when it is not whole."""
BROKEN = (*CUT, KeyError, RuntimeError)
"""What :mod:`zipfile` raises over a file that is not whole, or that asks for what it does not know (encryption among it)."""
