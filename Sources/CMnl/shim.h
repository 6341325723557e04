// SPDX-License-Identifier: Apache-2.0
//
// libmnl and the kernel's netlink headers. Wrappers stand here only for what
// Swift cannot import; each says why.
#ifndef NETNS_CMNL_SHIM_H
#define NETNS_CMNL_SHIM_H

// Before the kernel's headers: linux/if_bridge.h brings in linux/in6.h, which
// leaves structures such as ipv6_mreq to the C library only when it comes second.
// Otherwise the Glibc module and this one each define them, and whichever is
// loaded last makes the build fail.
#include <netinet/in.h>
#include <net/if.h>

#include <libmnl/libmnl.h>
#include <linux/fib_rules.h>
#include <linux/gen_stats.h>
#include <linux/genetlink.h>
#include <linux/if_addr.h>
#include <linux/if_bridge.h>
#include <linux/amt.h>
#include <linux/if_link.h>
#include <linux/if_tunnel.h>
#include <linux/lwtunnel.h>
#include <linux/mpls.h>
#include <linux/mpls_iptunnel.h>
#include <linux/neighbour.h>
#include <linux/net_namespace.h>
#include <linux/netlink.h>
#include <linux/nexthop.h>
#include <linux/pkt_cls.h>
#include <linux/pkt_sched.h>
#include <linux/rtnetlink.h>
#include <linux/seg6.h>
#include <linux/seg6_iptunnel.h>
#include <linux/seg6_local.h>
#include <linux/tc_act/tc_mirred.h>
#include <linux/veth.h>
#include <linux/wireguard.h>

#endif
