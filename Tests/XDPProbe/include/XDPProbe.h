// SPDX-License-Identifier: Apache-2.0
#ifndef NETNS_XDP_PROBE_H
#define NETNS_XDP_PROBE_H

/// Loads an XDP program that passes every packet, and attaches it to a link of the caller's network namespace.
/// flags: XDP_FLAGS_… of linux/if_link.h. Returns 0, or the negative errno of bpf(2) or of the request.
int xdp_probe_attach(int index, const char *name, unsigned int flags);

#endif
