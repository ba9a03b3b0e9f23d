"""Files are replaced whole or not at all."""

import os
import stat
from pathlib import Path

import pytest

from scripts._files import replace_file


class TestReplacing:
    def test_keeps_the_mode(self, tmp_path: Path) -> None:
        path = tmp_path / "file"
        path.write_bytes(b"old")
        path.chmod(0o600)
        replace_file(path, b"new")
        assert (path.read_bytes(), stat.S_IMODE(path.stat().st_mode)) == (b"new", 0o600)

    def test_keeps_links(self, tmp_path: Path) -> None:
        real, link = tmp_path / "real", tmp_path / "link"
        real.write_bytes(b"old")
        link.symlink_to(real)
        replace_file(link, b"new")
        assert link.is_symlink()
        assert real.read_bytes() == b"new"

    def test_makes_a_new_file_as_the_mask_says(self, tmp_path: Path) -> None:
        mask = os.umask(0o027)
        try:
            replace_file(tmp_path / "new", b"x")
        finally:
            os.umask(mask)
        assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == 0o640

    def test_leaves_nothing_beside_it(self, tmp_path: Path) -> None:
        (tmp_path / "folder").mkdir()
        (tmp_path / "folder" / "inside").touch()
        with pytest.raises(OSError, match="directory"):
            replace_file(tmp_path / "folder", b"x")
        with pytest.raises(OSError, match="No such file"):
            replace_file(tmp_path / "missing" / "file", b"x")
        replace_file(tmp_path / "file", b"x")
        assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "folder"]

    def test_writes_through_a_pipe(self, tmp_path: Path) -> None:
        reading, writing = os.pipe()
        replace_file(
            Path(f"/proc/self/fd/{writing}") if os.path.exists("/proc/self/fd") else tmp_path / "f", b"x"
        )
        os.close(writing)
        with os.fdopen(reading, "rb") as stream:
            assert stream.read() in (b"x", b"")
