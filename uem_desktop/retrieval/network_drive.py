"""Whether a file lies on another machine, where a write-ahead log cannot be shared."""

from __future__ import annotations

import os
import sys
from pathlib import Path

_NETWORK_TYPES = frozenset({
    "nfs", "nfs4", "cifs", "smb3", "smbfs", "ncpfs", "afs", "9p", "ceph", "glusterfs", "lustre",
    "fuse.sshfs", "fuse.glusterfs", "fuse.rclone", "fuse.gvfsd-fuse",
})  # fmt: skip
_MOUNTS = Path("/proc/self/mounts")
_DRIVE_REMOTE = 4


def is_on_network(path: Path) -> bool:
    """Whether a path lies on a network drive, as far as the system says."""
    absolute = os.path.realpath(path)
    if sys.platform == "win32":
        import ctypes

        drive = os.path.splitdrive(absolute)[0]
        is_remote = ctypes.windll.kernel32.GetDriveTypeW(f"{drive}\\") == _DRIVE_REMOTE
        return drive.startswith("\\\\") or is_remote
    try:
        mounts = _MOUNTS.read_bytes()
    except OSError:
        return False
    return file_system_of(os.fsencode(absolute), mounts) in _NETWORK_TYPES


def file_system_of(path: bytes, mounts: bytes) -> str:
    """Return the type of the file system that holds a path; empty when it is not listed.

    Args:
        path: Absolute.
        mounts: Lines of device, place, type and options; bytes below 33 in a place as octals.
    """
    best, found = b"", ""
    for line in mounts.splitlines():
        _, place, kind, *_ = line.split(b" ")
        for octal, plain in ((b"\\040", b" "), (b"\\011", b"\t"), (b"\\012", b"\n")):
            place = place.replace(octal, plain)
        holds = path == place or path.startswith(place.rstrip(b"/") + b"/")
        if holds and len(place) >= len(best):
            best, found = place, kind.decode("ascii", "replace")
    return found
