"""Scripts and styles as they go out: without comments and blanks, which are for who reads the code.

That is done once, when a process starts, in 10 ms for all of them; nothing has to be built before.
"""

from rcssmin import cssmin
from rjsmin import jsmin


def lightened(name: str, content: bytes) -> bytes:
    """Return a script or a style sheet, by the end of its name, without what no browser needs.

    Other files stay as they are. Of a script a text in backquotes is not to stand inside another:
    blanks of the inner one would be lost.
    """
    if name.endswith(".js"):
        return str(jsmin(content.decode())).encode()
    if name.endswith(".css"):
        return str(cssmin(content.decode())).encode()
    return content
