from __future__ import annotations

import io

import pytest

from uem_desktop.retrieval.framing import Message, read_message, write_message


def test_messages_come_back_in_order():
    stream = io.BytesIO()
    write_message(stream, {"a": 1})
    write_message(stream, {"path": "gr\udcfcn\n", "list": [1, None]}, b"\n{raw\n")
    stream.seek(0)
    assert read_message(stream) == Message({"a": 1}, b"")
    assert read_message(stream) == Message({"path": "gr\udcfcn\n", "list": [1, None]}, b"\n{raw\n")
    assert read_message(stream) is None


@pytest.mark.parametrize("keep", [1, 10, -1])
def test_a_message_that_was_cut_off_is_the_end(keep):
    stream = io.BytesIO()
    write_message(stream, {"a": 1}, b"payload")
    assert read_message(io.BytesIO(stream.getvalue()[:keep])) is None


def test_other_text_is_the_end():
    assert read_message(io.BytesIO(b"Traceback (most recent call last):\n")) is None
