"""Memory asked for before it is needed: what `geo.surface.spread_kernel` would wait for.

The cells of a front lie far apart in memory, and which comes next is known while the one
before it is worked on. numba has no instruction for that; LLVM has one for every machine
(https://llvm.org/docs/LangRef.html#llvm-prefetch-intrinsic). It changes no value and may
name any place.
"""

from __future__ import annotations

from typing import Any

from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

Anything = Any
"""Of numba, which is not typed."""

_LLVM: Anything = cgutils

_READ, _KEEP, _DATA = 0, 3, 1
"""In LLVM's numbers: to be read, to be kept near, not code."""


def _ask(_typing: Anything, array: Anything, index: Anything) -> Anything:
    def code(context: Anything, builder: Anything, signature: Anything, args: Anything) -> object:
        ir = _LLVM.ir
        held = context.make_array(signature.args[0])(context, builder, args[0])
        place = _LLVM.gep_inbounds(builder, held.data, args[1])
        pointer, number = ir.IntType(8).as_pointer(), ir.IntType(32)
        kind = ir.FunctionType(ir.VoidType(), [pointer, number, number, number])
        asked = _LLVM.get_or_insert_function(builder.module, kind, "llvm.prefetch.p0i8")
        words = [ir.Constant(number, word) for word in (_READ, _KEEP, _DATA)]
        builder.call(asked, [builder.bitcast(place, pointer), *words])
        return context.get_dummy_value()

    return types.void(array, index), code


ask: Anything = intrinsic(_ask)
"""Ask for the line of memory with an entry of a flat array, from compiled code alone."""
