"""Functions that run on Dask: `@app.command(executor=client.get_executor(pure=False))`."""

from collections.abc import Callable
from concurrent.futures import Executor
from typing import Any

_DASK = "distributed"


def runs_on_dask(executor: Executor) -> bool:
    """Whether this is the executor of a client of Dask."""
    return type(executor).__module__.partition(".")[0] == _DASK


def sendable(function: Callable[..., Any]) -> Callable[..., Any]:
    """The function, but raising where its result cannot be sent back.

    WORKAROUND (distributed 2026.8.0): `ClientExecutor` loses what is raised while a result is fetched, and whoever
    waits for that would wait for ever. So it is found out where the result is made.
    """

    # Within this function, for then it travels by its code: workers need not have this package.
    def run(*arguments: Any, **keywords: Any) -> Any:
        import cloudpickle  # noqa: PLC0415  # which every worker has

        result = function(*arguments, **keywords)
        # Large buffers are not copied for this.
        cloudpickle.dumps(result, protocol=5, buffer_callback=lambda _: None)
        return result

    run.__name__ = getattr(function, "__name__", "command")
    return run
