"""Which type of numbers the embedding model computes with on this machine."""

from collections.abc import Callable, Mapping
from typing import Any


def best_number_type() -> str:
    """Return bfloat16 where the device that will be chosen computes with it natively, float32 elsewhere."""
    import torch

    if torch.cuda.is_available():
        native = torch.cuda.is_bf16_supported(including_emulation=False)
    elif torch.backends.mps.is_available():
        native = False  # depends on the system's version, and float32 is fast enough there
    else:
        native = has_native_bfloat16(_processor())
    return "bfloat16" if native else "float32"


def _processor() -> Mapping[str, Any]:
    """Return what torch knows of the processor; older versions cannot tell, which counts as nothing."""
    import torch

    capabilities: Callable[[], Mapping[str, Any]] = getattr(torch.cpu, "get_capabilities", dict)
    return capabilities()


def has_native_bfloat16(processor: Mapping[str, Any]) -> bool:
    """Return whether a processor multiplies in bfloat16 itself; emulated, it would be slower than float32."""
    return any(processor.get(name) for name in ("avx512_bf16", "amx_bf16", "bf16", "sve_bf16"))
