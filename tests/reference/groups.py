"""BLS12-381 as SPEC.md, section 5, has it, on top of py_ecc: written additively, as py_ecc is."""

from hashlib import sha256

import py_ecc.optimized_bls12_381 as curve

P = curve.field_modulus
Q = curve.curve_order
G1, G2 = curve.G1, curve.G2
FQ = type(G1[0])
FLAGS = 7 << 381


def add(*points):
    total = points[0]
    for point in points[1:]:
        total = curve.add(total, point)
    return total


def times(point, scalar):
    return curve.multiply(point, scalar % Q)


def combine(points, scalars):
    return add(*(times(point, scalar) for point, scalar in zip(points, scalars, strict=True)))


def same(left, right):
    return curve.normalize(left) == curve.normalize(right)


def encode1(point):
    """48 bytes: x, and in the top bits `compressed` and `y is the larger root`."""
    assert not curve.is_inf(point)
    x, y = (int(it) for it in curve.normalize(point))
    return (x | 1 << 383 | (y > P - y) << 381).to_bytes(48, "big")


def encode2(point):
    """96 bytes: the imaginary part of x first; that of y tells which root is larger."""
    assert not curve.is_inf(point)
    x, y = curve.normalize(point)
    (x0, x1), (y0, y1) = ([int(it) for it in part.coeffs] for part in (x, y))
    larger = y1 > P - y1 if y1 else y0 > P - y0
    return (x1 | 1 << 383 | larger << 381).to_bytes(48, "big") + x0.to_bytes(48, "big")


def decode1(data):
    assert len(data) == 48
    number = int.from_bytes(data, "big")
    x = FQ(number & ~FLAGS)
    square = x * x * x + curve.b
    y = square ** ((P + 1) // 4)
    assert y * y == square, "not on the curve"
    for root in (y, -y):
        point = (x, root, FQ.one())
        if encode1(point) == data:
            assert curve.is_inf(curve.multiply(point, Q)), "not in the subgroup"
            return point
    raise ValueError("not canonical")


def square_root2(a):
    """In Fp2, where -1 is a square of u and p = 3 mod 4."""
    one = curve.FQ2.one()
    first = a ** ((P - 3) // 4)
    alpha, root = first * first * a, first * a
    if alpha == -one:
        return curve.FQ2([0, 1]) * root
    return (alpha + one) ** ((P - 1) // 2) * root


def decode2(data):
    assert len(data) == 96
    x1 = int.from_bytes(data[:48], "big") & ~FLAGS
    x = curve.FQ2([int.from_bytes(data[48:], "big"), x1])
    square = x * x * x + curve.b2
    y = square_root2(square)
    assert y * y == square, "not on the curve"
    for root in (y, -y):
        point = (x, root, curve.FQ2.one())
        if encode2(point) == data:
            assert curve.is_inf(curve.multiply(point, Q)), "not in the subgroup"
            return point
    raise ValueError("not canonical")


def product(*pairs):
    """The product of e(left, right), as 576 bytes in the order of section 5.

    py_ecc's final exponent is (p^12 - 1) / q; that of the usual libraries is minus three times it.
    """
    value = curve.FQ12.one()
    for left, right in pairs:
        value *= curve.pairing(right, left, final_exponentiate=False)
    return encode_target(curve.final_exponentiate(value) ** (Q - 3))


# py_ecc has polynomials in w with w^6 = 1 + u; the tower has w^2 = v, v^3 = 1 + u.
POWERS = (0, 2, 4, 1, 3, 5)


def encode_target(value):
    whole = [int(it) for it in value.coeffs]
    out = b""
    for power in POWERS:
        low, high = whole[power], whole[power + 6]
        out += ((low + high) % P).to_bytes(48, "big") + high.to_bytes(48, "big")
    return out


def power(data, scalar):
    """An element of GT, as bytes, to the power of a scalar."""
    assert len(data) == 576
    whole = [0] * 12
    for place, low in enumerate(POWERS):
        first, second = (data[96 * place + at :][:48] for at in (0, 48))
        whole[low + 6] = int.from_bytes(second, "big")
        whole[low] = (int.from_bytes(first, "big") - whole[low + 6]) % P
    return encode_target(curve.FQ12(whole) ** (scalar % Q))


ONE = bytes(47) + b"\1" + bytes(528)


def expand_message(message, tag, length):
    """expand_message_xmd of RFC 9380, section 5.3.1, with SHA-256."""
    suffix = tag + bytes([len(tag)])
    first = sha256(bytes(64) + message + length.to_bytes(2, "big") + b"\0" + suffix).digest()
    block = sha256(first + b"\1" + suffix).digest()
    out = block
    for number in range(2, -(-length // 32) + 1):
        block = bytes(x ^ y for x, y in zip(first, block, strict=True))
        block = sha256(block + bytes([number]) + suffix).digest()
        out += block
    return out[:length]


def hash1(tag, message):
    """hash_to_curve of RFC 9380, BLS12381G1_XMD:SHA-256_SSWU_RO_; py_ecc has map and isogeny."""
    uniform = expand_message(message, tag, 128)
    halves = (FQ(int.from_bytes(part, "big") % P) for part in (uniform[:64], uniform[64:]))
    mapped = (curve.iso_map_G1(*curve.optimized_swu_G1(half)) for half in halves)
    return curve.multiply_clear_cofactor_G1(add(*mapped))
