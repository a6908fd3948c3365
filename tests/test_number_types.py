"""Which type of numbers the embedding model computes with."""

import pytest

from citeglot.number_types import has_native_bfloat16


@pytest.mark.parametrize(
    ("processor", "native"),
    [
        ({"architecture": "x86_64", "avx512_bf16": True}, True),
        ({"architecture": "x86_64", "amx_bf16": True}, True),
        ({"architecture": "x86_64", "avx512_f": True, "avx512_bf16": False, "amx_bf16": False}, False),
        ({"architecture": "arm64", "neon": True, "bf16": True}, True),
        ({"architecture": "arm64", "neon": True}, False),
        ({}, False),
    ],
)
def test_bfloat16_is_used_only_where_the_processor_has_it(processor, native):
    """An AVX-512 machine without it would emulate it slowly; what cannot be told counts as no."""
    assert has_native_bfloat16(processor) is native
