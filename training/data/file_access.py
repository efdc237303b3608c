"""Plain phrases for what the file system refuses."""

from __future__ import annotations

import errno
import os
import stat

DISK_IS_FULL = "the disk is full"

_FULL = (errno.ENOSPC, errno.EDQUOT)
_PHRASES = {
    errno.EACCES: "no permission to read it",
    errno.EPERM: "no permission to read it",
    errno.ELOOP: "the link points to itself",
    errno.ENAMETOOLONG: "its path is too long",
    errno.EIO: "the disk could not read it",
    errno.EMFILE: "too many files are open at once",
    errno.ENFILE: "too many files are open at once",
}


def os_error_phrase(error: OSError, path: str | os.PathLike[str]) -> str:
    """Say why a file or folder could not be read."""
    if error.errno in (errno.ENOENT, errno.ENOTDIR):
        if os.path.islink(path):
            return "the link points to a file that is not there"
        return "it is not there any more"
    known = _PHRASES.get(error.errno or 0)
    return known or f"it cannot be read ({error.strerror or error})"


def write_error_phrase(error: OSError) -> str:
    """Say why a file could not be written."""
    if error.errno in _FULL:
        return DISK_IS_FULL
    reason = error.strerror or str(error) or type(error).__name__
    return reason[0].lower() + reason[1:]


def special_file_phrase(mode: int) -> str:
    """Name what lies in a folder and is no regular file, from its ``st_mode``."""
    if stat.S_ISDIR(mode):
        return "a folder, not an image"
    if stat.S_ISFIFO(mode):
        return "a named pipe, not an image"
    if stat.S_ISSOCK(mode):
        return "a socket, not an image"
    if stat.S_ISBLK(mode) or stat.S_ISCHR(mode):
        return "a device, not an image"
    return "not a regular file"


def printable(path: str | os.PathLike[str]) -> str:
    """Return a path that any terminal and window can show, whatever bytes are in its name."""
    return os.fsencode(path).decode("utf-8", "replace")
