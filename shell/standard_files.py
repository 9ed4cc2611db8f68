"""Standard input, output and error, where the program was started without them."""

import os
from contextlib import suppress


def open_standard_files() -> None:
    """Have those that are closed read and write nothing.

    Otherwise the next file that is opened takes the place of one, such as the audit log, which gets what libraries
    write there.
    """
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            # Where there is no such device, the program runs as well as it can.
            with suppress(OSError):
                nowhere = os.open(os.devnull, os.O_RDWR)
                if nowhere != number:
                    os.dup2(nowhere, number)
                    os.close(nowhere)
                os.set_inheritable(number, True)
