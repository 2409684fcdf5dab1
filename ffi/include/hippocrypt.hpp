// hippocrypt for C++11: the C library with its handles freed by themselves.
// SPDX-License-Identifier: MIT OR Apache-2.0
#ifndef HIPPOCRYPT_HPP
#define HIPPOCRYPT_HPP

#include "hippocrypt.h"

#endif
