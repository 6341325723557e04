// SPDX-License-Identifier: Apache-2.0
//
// The least time that the kernel leaves for the job of `scripts/bench hosts`:
// plain C on libmnl, one process, one thread, nothing printed. A host is
//
//   - a network namespace, named hI under /run/netns;
//   - a veth made by one message: its outer end vI, up and a port of the bridge
//     br0, or of that of its thousand: a bridge has 1023 ports at most; its inner end eth0 straight in the namespace (the kernel refuses an
//     inner end that the same message brings up);
//   - inside, by one send of four messages: lo up, eth0 up, the address
//     10.1.0.1 + I (/16), the default route via 10.1.0.1.
//
// Every message is acknowledged and every acknowledgement is read.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <libmnl/libmnl.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <linux/veth.h>
#include <net/if.h>
#include <sched.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define NAMES "/run/netns"
#define BRIDGE "br%u"

enum {
    NETWORK = 0x0a010000,   // 10.1.0.0
    GATEWAY = NETWORK + 1,  // the bridge
    PREFIX_LENGTH = 16,
    MAX_HOSTS = 60000,
    MAX_PORTS = 1000,
    LOOPBACK_INDEX = 1,
    // Asked for, so that no reply has to be read for it. The kernel heeds the
    // inner index only when the message asks for an outer one too.
    INNER_INDEX = 1000,
    OUTER_INDEX = 100000,  // + the number of the host
    DOOMED_GROUP = 77,   // links to delete by one message
};

static _Noreturn void die(const char *format, ...) {
    int reason = errno;
    va_list arguments;
    va_start(arguments, format);
    fputs("floor: ", stderr);
    vfprintf(stderr, format, arguments);
    fprintf(stderr, ": %s\n", strerror(reason));
    exit(1);
}

// One conversation: messages gather in a buffer, `commit` sends them in one go
// and reads an acknowledgement for each.

struct conversation {
    struct mnl_socket *socket;
    size_t used;
    uint32_t sequence, sent;
};

static char gathered[1 << 16];  // one conversation at a time gathers

static struct conversation open_conversation(void) {
    struct mnl_socket *socket = mnl_socket_open2(NETLINK_ROUTE, SOCK_CLOEXEC);
    if (socket == NULL || mnl_socket_bind(socket, 0, MNL_SOCKET_AUTOPID) < 0) die("cannot open a netlink socket");
    return (struct conversation){.socket = socket};
}

static struct nlmsghdr *message(struct conversation *with, uint16_t type, uint16_t flags) {
    struct nlmsghdr *header = mnl_nlmsg_put_header(gathered + with->used);
    header->nlmsg_type = type;
    header->nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK | flags;
    header->nlmsg_seq = ++with->sequence;
    return header;
}

static void finish(struct conversation *with, struct nlmsghdr *header) {
    with->used += MNL_ALIGN(header->nlmsg_len);
    if (with->used > sizeof gathered - 1024) {
        errno = ENOBUFS;
        die("too many messages in one send");
    }
}

static void commit(struct conversation *with, const char *what) {
    char reply[1 << 14];

    if (with->used == 0) return;
    if (mnl_socket_sendto(with->socket, gathered, with->used) < 0) die("cannot send");
    with->used = 0;
    while (with->sent != with->sequence) {
        ssize_t length = mnl_socket_recvfrom(with->socket, reply, sizeof reply);
        if (length < 0) die("cannot receive");
        int left = (int)length;
        for (struct nlmsghdr *one = (void *)reply; mnl_nlmsg_ok(one, left); one = mnl_nlmsg_next(one, &left)) {
            if (one->nlmsg_type != NLMSG_ERROR || one->nlmsg_seq != ++with->sent) {
                errno = EPROTO;
                die("%s: unexpected reply", what);
            }
            const struct nlmsgerr *verdict = mnl_nlmsg_get_payload(one);
            errno = -verdict->error;
            if (errno) die("%s", what);
        }
    }
}

static struct ifinfomsg *link_header(struct nlmsghdr *header, int index) {
    struct ifinfomsg *link = mnl_nlmsg_put_extra_header(header, sizeof *link);
    link->ifi_index = index;
    return link;
}

static void set_up(struct conversation *with, int index) {
    struct nlmsghdr *header = message(with, RTM_NEWLINK, 0);
    struct ifinfomsg *link = link_header(header, index);
    link->ifi_flags = link->ifi_change = IFF_UP;
    finish(with, header);
}

static void add_address(struct conversation *with, int index, uint32_t address) {
    struct nlmsghdr *header = message(with, RTM_NEWADDR, NLM_F_CREATE | NLM_F_EXCL);
    struct ifaddrmsg *fields = mnl_nlmsg_put_extra_header(header, sizeof *fields);
    fields->ifa_family = AF_INET;
    fields->ifa_prefixlen = PREFIX_LENGTH;
    fields->ifa_index = (uint32_t)index;
    mnl_attr_put_u32(header, IFA_LOCAL, htonl(address));
    mnl_attr_put_u32(header, IFA_ADDRESS, htonl(address));
    finish(with, header);
}

static void add_default_route(struct conversation *with, uint32_t gateway) {
    struct nlmsghdr *header = message(with, RTM_NEWROUTE, NLM_F_CREATE | NLM_F_EXCL);
    struct rtmsg *route = mnl_nlmsg_put_extra_header(header, sizeof *route);
    route->rtm_family = AF_INET;
    route->rtm_table = RT_TABLE_MAIN;
    route->rtm_protocol = RTPROT_BOOT;
    route->rtm_scope = RT_SCOPE_UNIVERSE;
    route->rtm_type = RTN_UNICAST;
    mnl_attr_put_u32(header, RTA_GATEWAY, htonl(gateway));
    finish(with, header);
}

static void add_bridge(struct conversation *with, const char *name) {
    struct nlmsghdr *header = message(with, RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL);
    struct ifinfomsg *link = link_header(header, 0);
    link->ifi_flags = link->ifi_change = IFF_UP;
    mnl_attr_put_strz(header, IFLA_IFNAME, name);
    struct nlattr *info = mnl_attr_nest_start(header, IFLA_LINKINFO);
    mnl_attr_put_strz(header, IFLA_INFO_KIND, "bridge");
    mnl_attr_nest_end(header, info);
    finish(with, header);
}

/// A veth whose outer end is `name`, up and a port of `bridge` (0 for none), and whose inner end is eth0 in the
/// namespace open at `descriptor`.
static void add_veth(struct conversation *with, const char *name, int index, int bridge, int descriptor) {
    struct nlmsghdr *header = message(with, RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL);
    struct ifinfomsg *link = link_header(header, index);
    link->ifi_flags = link->ifi_change = IFF_UP;
    mnl_attr_put_strz(header, IFLA_IFNAME, name);
    if (bridge) mnl_attr_put_u32(header, IFLA_MASTER, (uint32_t)bridge);
    struct nlattr *info = mnl_attr_nest_start(header, IFLA_LINKINFO);
    mnl_attr_put_strz(header, IFLA_INFO_KIND, "veth");
    struct nlattr *data = mnl_attr_nest_start(header, IFLA_INFO_DATA);
    struct nlattr *peer = mnl_attr_nest_start(header, VETH_INFO_PEER);
    link_header(header, INNER_INDEX);
    mnl_attr_put_strz(header, IFLA_IFNAME, "eth0");
    mnl_attr_put_u32(header, IFLA_NET_NS_FD, (uint32_t)descriptor);
    mnl_attr_nest_end(header, peer);
    mnl_attr_nest_end(header, data);
    mnl_attr_nest_end(header, info);
    finish(with, header);
}

static int open_namespace(void) {
    int descriptor = open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);
    if (descriptor < 0) die("cannot open the namespace");
    return descriptor;
}

/// Makes /run/netns a shared mount, as `ip netns add` does.
static void prepare_names(void) {
    if (mkdir(NAMES, 0755) != 0 && errno != EEXIST) die("cannot make " NAMES);
    if (mount("", NAMES, "none", MS_SHARED | MS_REC, NULL) == 0) return;
    if (mount(NAMES, NAMES, "none", MS_BIND | MS_REC, NULL) != 0) die("cannot bind " NAMES);
    if (mount("", NAMES, "none", MS_SHARED | MS_REC, NULL) != 0) die("cannot share " NAMES);
}

/// Names the namespace that this thread is in.
static void name_namespace(unsigned number) {
    char path[64];
    snprintf(path, sizeof path, NAMES "/h%u", number);
    int file = open(path, O_RDONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0);
    if (file < 0) die("cannot create %s", path);
    close(file);
    if (mount("/proc/thread-self/ns/net", path, "none", MS_BIND, NULL) != 0) die("cannot name %s", path);
}

// Host by host. Sending the messages of 16 or 64 hosts in one go was no faster: what is left is the kernel's own work.
static void make_hosts(unsigned count) {
    struct conversation outside = open_conversation();

    prepare_names();
    int bridges[MAX_HOSTS / MAX_PORTS + 1];
    for (unsigned number = 0; number * MAX_PORTS < count; number++) {
        char name[IFNAMSIZ];
        snprintf(name, sizeof name, BRIDGE, number);
        add_bridge(&outside, name);
        commit(&outside, "cannot add a bridge");
        bridges[number] = (int)if_nametoindex(name);
        add_address(&outside, bridges[number], GATEWAY);
        commit(&outside, "cannot address a bridge");
    }

    for (unsigned number = 1; number <= count; number++) {
        char name[IFNAMSIZ];
        snprintf(name, sizeof name, "v%u", number);
        // The outer socket stays where it was opened, so nothing has to come back for it.
        if (unshare(CLONE_NEWNET) != 0) die("cannot make a namespace");
        name_namespace(number);
        int namespace = open_namespace();
        struct conversation inside = open_conversation();

        add_veth(&outside, name, OUTER_INDEX + (int)number, bridges[(number - 1) / MAX_PORTS], namespace);
        commit(&outside, "cannot add a veth");

        set_up(&inside, LOOPBACK_INDEX);
        set_up(&inside, INNER_INDEX);
        add_address(&inside, INNER_INDEX, GATEWAY + number);
        add_default_route(&inside, GATEWAY);
        commit(&inside, "cannot configure a host");

        mnl_socket_close(inside.socket);
        close(namespace);
    }
    mnl_socket_close(outside.socket);
}

// Taking it down again, for whoever built it.

static int note_port(const struct nlattr *attribute, void *is_port) {
    if (mnl_attr_get_type(attribute) == IFLA_MASTER) *(bool *)is_port = true;
    return MNL_CB_OK;
}

/// Gives every bridge port to the group of the doomed. One delete of a link waits for all readers in the kernel to
/// pass; one delete of a group waits no longer.
static void doom_ports(void) {
    static char reply[1 << 16];
    struct conversation reader = open_conversation(), writer = open_conversation();
    struct nlmsghdr *dump = message(&reader, RTM_GETLINK, NLM_F_DUMP);
    link_header(dump, 0);
    if (mnl_socket_sendto(reader.socket, dump, dump->nlmsg_len) < 0) die("cannot list links");
    for (bool more = true; more;) {
        ssize_t length = mnl_socket_recvfrom(reader.socket, reply, sizeof reply);
        if (length < 0) die("cannot list links");
        int left = (int)length;
        for (struct nlmsghdr *one = (void *)reply; mnl_nlmsg_ok(one, left); one = mnl_nlmsg_next(one, &left)) {
            if (one->nlmsg_type == NLMSG_DONE) more = false;
            if (one->nlmsg_type != RTM_NEWLINK) continue;
            const struct ifinfomsg *link = mnl_nlmsg_get_payload(one);
            bool is_port = false;
            mnl_attr_parse(one, sizeof *link, note_port, &is_port);
            if (!is_port) continue;
            struct nlmsghdr *header = message(&writer, RTM_NEWLINK, 0);
            link_header(header, link->ifi_index);
            mnl_attr_put_u32(header, IFLA_GROUP, DOOMED_GROUP);
            finish(&writer, header);
            commit(&writer, "cannot set a group");
        }
    }
    mnl_socket_close(reader.socket);
    mnl_socket_close(writer.socket);
}

static void delete_links(struct conversation *with) {
    struct nlmsghdr *header = message(with, RTM_DELLINK, 0);
    link_header(header, 0);
    mnl_attr_put_u32(header, IFLA_GROUP, DOOMED_GROUP);
    finish(with, header);
    commit(with, "cannot delete the veths");
    for (unsigned number = 0;; number++) {
        char name[IFNAMSIZ];
        snprintf(name, sizeof name, BRIDGE, number);
        // Others may have fewer.
        if (number > 0 && if_nametoindex(name) == 0) break;
        header = message(with, RTM_DELLINK, 0);
        link_header(header, 0);
        mnl_attr_put_strz(header, IFLA_IFNAME, name);
        finish(with, header);
        commit(with, "cannot delete the bridge");
    }
}

static void remove_names(void) {
    char path[sizeof NAMES + 256];
    DIR *directory = opendir(NAMES);
    if (directory == NULL) die("cannot read " NAMES);
    for (struct dirent *entry; (entry = readdir(directory)) != NULL;) {
        if (entry->d_name[0] == '.') continue;
        snprintf(path, sizeof path, NAMES "/%s", entry->d_name);
        if (umount2(path, MNT_DETACH) != 0) die("cannot unmount %s", path);
        if (unlink(path) != 0) die("cannot remove %s", path);
    }
    closedir(directory);
}

/// Makes a namespace, lets it go, and returns when its devices are gone. The kernel cleans up in the background, one
/// batch after the other, and this one goes no earlier than those let go before.
static void wait_for_fence(struct conversation *outside) {
    int home = open_namespace();
    if (unshare(CLONE_NEWNET) != 0) die("cannot make a namespace");
    int fence = open_namespace();
    if (setns(home, CLONE_NEWNET) != 0) die("cannot return");
    close(home);
    add_veth(outside, "fence", OUTER_INDEX, 0, fence);
    commit(outside, "cannot add a veth");
    close(fence);
    for (int tries = 0; if_nametoindex("fence") != 0; tries++) {
        if (tries == 30000) {
            errno = ETIMEDOUT;
            die("the kernel does not finish its namespaces");
        }
        nanosleep(&(struct timespec){.tv_nsec = 2000000}, NULL);
    }
}

/// Returns when the kernel is done with every namespace that was let go before.
static void settle(void) {
    struct conversation outside = open_conversation();
    // The first may share a batch with them, whose last steps then follow; the second cannot.
    wait_for_fence(&outside);
    wait_for_fence(&outside);
    mnl_socket_close(outside.socket);
}

static void tear_down(void) {
    struct conversation outside = open_conversation();
    doom_ports();
    delete_links(&outside);
    mnl_socket_close(outside.socket);
    remove_names();
    settle();
}

int main(int count, char **words) {
    if (count == 3 && strcmp(words[1], "hosts") == 0) {
        long hosts = strtol(words[2], NULL, 10);
        if (hosts < 1 || hosts > MAX_HOSTS) {
            fprintf(stderr, "floor: the number of hosts must be 1 to %d\n", MAX_HOSTS);
            return 2;
        }
        make_hosts((unsigned)hosts);
    } else if (count == 2 && strcmp(words[1], "teardown") == 0) {
        tear_down();
    } else if (count == 2 && strcmp(words[1], "settle") == 0) {
        settle();
    } else {
        fputs("Usage: floor hosts N | floor teardown | floor settle\n"
              "Builds, or removes, N hosts on a bridge in the network namespace that it runs in;\n"
              "or waits until the kernel is done with the namespaces that are gone.\n",
              stderr);
        return 2;
    }
    return 0;
}
