// SPDX-License-Identifier: Apache-2.0
//
// libmnl and the kernel's netlink headers. Wrappers stand here only for what
// Swift cannot import; each says why.
#ifndef NETNS_CMNL_SHIM_H
#define NETNS_CMNL_SHIM_H

#include <libmnl/libmnl.h>
#include <linux/if_addr.h>
#include <linux/if_bridge.h>
#include <linux/if_link.h>
#include <linux/net_namespace.h>
#include <linux/netlink.h>
#include <linux/nexthop.h>
#include <linux/rtnetlink.h>
#include <linux/veth.h>

#endif
