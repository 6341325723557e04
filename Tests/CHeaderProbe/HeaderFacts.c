// SPDX-License-Identifier: Apache-2.0

#include "CHeaderProbe.h"

#include <linux/netlink.h>
#include <sys/socket.h>

#define FACT(expression) { #expression, (long long)(expression) }

static const struct header_fact facts[] = {
    FACT(sizeof(struct nlmsghdr)),
    FACT(offsetof(struct nlmsghdr, nlmsg_len)),
    FACT(offsetof(struct nlmsghdr, nlmsg_type)),
    FACT(offsetof(struct nlmsghdr, nlmsg_flags)),
    FACT(offsetof(struct nlmsghdr, nlmsg_seq)),
    FACT(offsetof(struct nlmsghdr, nlmsg_pid)),
    FACT(NLMSG_ALIGNTO),
    FACT(sizeof(struct nlmsgerr)),
    FACT(offsetof(struct nlmsgerr, error)),
    FACT(offsetof(struct nlmsgerr, msg)),
    FACT(sizeof(struct nlattr)),
    FACT(offsetof(struct nlattr, nla_len)),
    FACT(offsetof(struct nlattr, nla_type)),
    FACT(NLA_ALIGNTO),
    FACT((unsigned short)NLA_TYPE_MASK),
    FACT(NLA_F_NESTED),
    FACT(NLM_F_REQUEST),
    FACT(NLM_F_ACK),
    FACT(NLM_F_ECHO),
    FACT(NLM_F_REPLACE),
    FACT(NLM_F_EXCL),
    FACT(NLM_F_CREATE),
    FACT(NLM_F_APPEND),
    FACT(NLM_F_DUMP),
    FACT(NLM_F_DUMP_INTR),
    FACT(NLM_F_CAPPED),
    FACT(NLM_F_ACK_TLVS),
    FACT(NLMSG_NOOP),
    FACT(NLMSG_ERROR),
    FACT(NLMSG_DONE),
    FACT(NLMSG_OVERRUN),
    FACT(NLMSGERR_ATTR_MSG),
    FACT(NLMSGERR_ATTR_OFFS),
    FACT(NLMSGERR_ATTR_MISS_TYPE),
    FACT(NETLINK_ROUTE),
    FACT(NETLINK_GENERIC),
    { NULL, 0 },
};

const struct header_fact *header_facts(void) { return facts; }
