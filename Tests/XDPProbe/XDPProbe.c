// SPDX-License-Identifier: Apache-2.0
//
// Programs take a union whose members have no names in Swift, so that this is in C.

#define _GNU_SOURCE
#include "XDPProbe.h"

#include <errno.h>
#include <linux/bpf.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

static int load(const char *name) {
    // r0 = XDP_PASS; exit
    struct bpf_insn program[] = {
        {.code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_0, .imm = XDP_PASS},
        {.code = BPF_JMP | BPF_EXIT},
    };
    union bpf_attr request;
    memset(&request, 0, sizeof request);
    request.prog_type = BPF_PROG_TYPE_XDP;
    request.insns = (uint64_t)(uintptr_t)program;
    request.insn_cnt = sizeof program / sizeof program[0];
    request.license = (uint64_t)(uintptr_t) "Apache-2.0";
    strncpy(request.prog_name, name, sizeof request.prog_name - 1);
    return (int)syscall(SYS_bpf, BPF_PROG_LOAD, &request, sizeof request);
}

int xdp_probe_attach(int index, const char *name, unsigned int flags) {
    int program = load(name);
    if (program < 0) return -errno;
    struct {
        struct nlmsghdr header;
        struct ifinfomsg link;
        struct rtattr xdp, fd;
        int program;
        struct rtattr mode;
        unsigned int flags;
    } request = {
        .header = {.nlmsg_len = sizeof request, .nlmsg_type = RTM_SETLINK, .nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK},
        .link = {.ifi_index = index},
        .xdp = {.rta_len = 20, .rta_type = NLA_F_NESTED | IFLA_XDP},
        .fd = {.rta_len = 8, .rta_type = IFLA_XDP_FD},
        .program = program,
        .mode = {.rta_len = 8, .rta_type = IFLA_XDP_FLAGS},
        .flags = flags,
    };
    struct {
        struct nlmsghdr header;
        struct nlmsgerr error;
        char rest[1024];
    } reply;
    int result = -EIO;
    int socket_fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
    if (socket_fd >= 0 && send(socket_fd, &request, sizeof request, 0) == sizeof request
        && recv(socket_fd, &reply, sizeof reply, 0) >= (ssize_t)(sizeof reply.header + sizeof(int)))
        result = reply.error.error;
    if (socket_fd >= 0) close(socket_fd);
    close(program);
    return result;
}
