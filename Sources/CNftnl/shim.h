// SPDX-License-Identifier: Apache-2.0
//
// libnftnl and the kernel's headers of nf_tables.
#ifndef NETNS_CNFTNL_SHIM_H
#define NETNS_CNFTNL_SHIM_H

// Before the kernel's headers, as in CMnl: linux/netfilter.h brings in linux/in.h, which leaves
// its structures to the C library only when it comes second.
#include <netinet/in.h>

#include <libnftnl/chain.h>
#include <libnftnl/common.h>
#include <libnftnl/expr.h>
#include <libnftnl/rule.h>
#include <libnftnl/set.h>
#include <libnftnl/table.h>
#include <libnftnl/udata.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_conntrack_common.h>
#include <linux/netfilter/nf_nat.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>

#endif
