"""Many tickets at once. The package can be called: `slaengine.audit(log, under=book)` is `slaengine.audit.run.audit`.

It is both because Python binds an imported sub-package to its name in the parent, where the public function stands too.
"""

import sys
from types import ModuleType
from typing import Any


class _Callable(ModuleType):
    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        from slaengine.audit.run import audit

        return audit(*args, **kwargs)


sys.modules[__name__].__class__ = _Callable
