// SPDX-License-Identifier: Apache-2.0
//
// What the kernel's headers say, in the C compiler's own words, of the numbers
// that Swift code holds as literals.
#ifndef NETNS_CHEADERPROBE_H
#define NETNS_CHEADERPROBE_H

#include <stddef.h>

struct header_fact {
    const char *expression;
    long long value;
};

/// All facts, ended by one without an expression.
const struct header_fact *header_facts(void);

#endif
