// SPDX-License-Identifier: Apache-2.0
//
// libyaml, with the places of all that it reads.
#ifndef NETNS_CYAML_SHIM_H
#define NETNS_CYAML_SHIM_H

#include <yaml.h>

#endif
