"""A connection that sends the head of an answer together with its body.

The server writes one after the other, each with a call of the system and a packet of its own. What
is written first is held until the next piece comes, or until the event loop goes on.
"""

import asyncio
from typing import Any, Final


class JoinedTransport(asyncio.Transport):
    """A transport around another one."""

    def __init__(self, transport: asyncio.Transport, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__()
        self._transport: Final = transport
        self._loop: Final = loop
        self._held = b""

    def write(self, data: bytes | bytearray | memoryview) -> None:
        """Send what is held with this, or hold it."""
        if self._held:
            self._transport.write(self._held + data)
            self._held = b""
        else:
            self._held = bytes(data)
            self._loop.call_soon(self._send)

    def close(self) -> None:
        """Send what is held, and end."""
        self._send()
        self._transport.close()

    def _send(self) -> None:
        held, self._held = self._held, b""
        if held and not self._transport.is_closing():
            self._transport.write(held)

    def abort(self) -> None:
        """End at once."""
        self._transport.abort()

    def is_closing(self) -> bool:
        """Say whether it ends."""
        return self._transport.is_closing()

    def get_extra_info(self, name: str, default: Any = None) -> Any:
        """Return what the other knows."""
        return self._transport.get_extra_info(name, default)

    def set_protocol(self, protocol: asyncio.BaseProtocol) -> None:
        """Give the other to another protocol, which writes to it itself."""
        self._send()
        self._transport.set_protocol(protocol)

    def pause_reading(self) -> None:
        """Read nothing more for now."""
        self._transport.pause_reading()

    def resume_reading(self) -> None:
        """Read on."""
        self._transport.resume_reading()
