// SPDX-License-Identifier: Apache-2.0
//
// What the Glibc module hides: calls that need _GNU_SOURCE become visible by
// including their headers here. Inline wrappers stand only for variadic
// functions and for macros that take arguments, which Swift never imports.
#ifndef NETNS_CLINUX_SHIM_H
#define NETNS_CLINUX_SHIM_H

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif

// swift-system's C module sees fd_set without _GNU_SOURCE, where its member has
// another name; one program can't hold both forms, so this one is read its way.
#include <features.h>
#ifdef __USE_XOPEN
#undef __USE_XOPEN
#include <sys/select.h>
#define __USE_XOPEN 1
#else
#include <sys/select.h>
#endif

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/bpf.h>
#include <linux/capability.h>
#include <linux/if_packet.h>
#include <linux/if_tun.h>
#include <linux/magic.h>
#include <linux/nsfs.h>
#include <linux/sockios.h>
#include <malloc.h>
#include <net/if.h>
#include <poll.h>
#include <pwd.h>
#include <sched.h>
#include <signal.h>
#include <spawn.h>
#include <stdint.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <sys/inotify.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/sysmacros.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

// Younger than the oldest kernel headers we build with (Debian 12: Linux 6.1).
#ifndef NS_GET_ID
#define NS_GET_ID _IOR(0xb7, 13, __u64)
#endif
#ifndef PIDFD_GET_NET_NAMESPACE
#define PIDFD_GET_NET_NAMESPACE _IO(0xFF, 4)
#endif
#ifndef SO_NETNS_COOKIE
#define SO_NETNS_COOKIE 71
#endif

// ioctl() is variadic and its requests are macros with arguments.

/// The CLONE_NEW… kind of the namespace open at fd; -1 (ENOTTY) when it is none.
static inline int clinux_namespace_type(int fd) { return ioctl(fd, NS_GET_NSTYPE); }
/// A descriptor of the user namespace that owns the namespace at fd.
static inline int clinux_namespace_owner(int fd) { return ioctl(fd, NS_GET_USERNS); }
/// A descriptor of the parent of the namespace at fd, which is one of processes or of users.
static inline int clinux_namespace_parent(int fd) { return ioctl(fd, NS_GET_PARENT); }
/// The uid that made the user namespace at fd.
static inline int clinux_namespace_owner_uid(int fd, uid_t *uid) { return ioctl(fd, NS_GET_OWNER_UID, uid); }
/// The 64-bit id of the namespace at fd, never reused while the machine is up (Linux 6.18).
static inline int clinux_namespace_id(int fd, uint64_t *id) { return ioctl(fd, NS_GET_ID, id); }
/// Opens the network namespace with this id and inode, if it is there still (Linux 6.18). The handle is `struct
/// nsfs_file_handle` of linux/nsfs.h, its type FILEID_NSFS, and the directory FD_NSFS_ROOT, which older headers lack.
static inline int clinux_open_network_namespace(uint64_t id, uint32_t inode) {
    _Alignas(struct file_handle) unsigned char space[sizeof(struct file_handle) + 16];
    struct file_handle *handle = (struct file_handle *)space;
    uint32_t kind = CLONE_NEWNET;
    handle->handle_bytes = 16;
    handle->handle_type = 0xf1;
    memcpy(handle->f_handle, &id, 8);
    memcpy(handle->f_handle + 8, &kind, 4);
    memcpy(handle->f_handle + 12, &inode, 4);
    return open_by_handle_at(-10003, handle, O_RDONLY | O_CLOEXEC);
}
/// A descriptor of the network namespace of the process behind a pidfd (Linux 6.11).
static inline int clinux_pidfd_network_namespace(int pidfd) { return ioctl(pidfd, PIDFD_GET_NET_NAMESPACE, 0); }
/// Makes a device of /dev/net/tun at fd, or takes hold of one. flags: IFF_TUN, IFF_TAP and others.
static inline int clinux_tun_attach(int fd, const char *name, unsigned short flags) {
    struct ifreq request = {0};
    strncpy(request.ifr_name, name, IFNAMSIZ - 1);
    request.ifr_flags = (short)flags;
    return ioctl(fd, TUNSETIFF, &request);
}
/// Who may attach to the device at fd.
static inline int clinux_tun_set_owner(int fd, uid_t owner) { return ioctl(fd, TUNSETOWNER, (unsigned long)owner); }
static inline int clinux_tun_set_group(int fd, gid_t group) { return ioctl(fd, TUNSETGROUP, (unsigned long)group); }
/// Lets the device at fd outlive the descriptor, or not.
static inline int clinux_tun_persist(int fd, int on) { return ioctl(fd, TUNSETPERSIST, (unsigned long)on); }

/// A descriptor of the network namespace that the socket at fd belongs to.
static inline int clinux_socket_namespace(int fd) { return ioctl(fd, SIOCGSKNS); }

// syscall() is variadic; glibc 2.36 has no wrappers for these.

static inline int clinux_pidfd_open(pid_t pid, unsigned int flags) { return (int)syscall(SYS_pidfd_open, pid, flags); }
static inline int clinux_pidfd_send_signal(int pidfd, int number) {
    return (int)syscall(SYS_pidfd_send_signal, pidfd, number, NULL, 0);
}

/// A file that has no name and is closed on exec (MFD_CLOEXEC). The wrapper is in sys/mman.h, which Glibc owns.
static inline int clinux_memory_file(const char *name) { return (int)syscall(SYS_memfd_create, name, 1U); }

/// A descriptor of the BPF program with that id. bpf() takes a union whose members have no names.
static inline int clinux_bpf_program(uint32_t id) {
    union bpf_attr request;
    memset(&request, 0, sizeof request);
    request.prog_id = id;
    return (int)syscall(SYS_bpf, BPF_PROG_GET_FD_BY_ID, &request, sizeof request);
}
/// What the kernel knows of the BPF program at fd; what info holds before is a request for more.
static inline int clinux_bpf_program_info(int fd, struct bpf_prog_info *info) {
    union bpf_attr request;
    memset(&request, 0, sizeof request);
    memset(info, 0, sizeof *info);
    request.info.bpf_fd = (uint32_t)fd;
    request.info.info_len = sizeof *info;
    request.info.info = (uint64_t)(uintptr_t)info;
    return (int)syscall(SYS_bpf, BPF_OBJ_GET_INFO_BY_FD, &request, sizeof request);
}

// glibc's set…id functions change every thread of the process. These are the
// bare system calls: they change the calling thread and what it spawns.

static inline int clinux_thread_setgroups(size_t count, const gid_t *groups) {
    return (int)syscall(SYS_setgroups, count, groups);
}
static inline int clinux_thread_setresgid(gid_t gid) { return (int)syscall(SYS_setresgid, gid, gid, gid); }
static inline int clinux_thread_setresuid(uid_t uid) { return (int)syscall(SYS_setresuid, uid, uid, uid); }

static inline int clinux_capget(struct __user_cap_header_struct *header, struct __user_cap_data_struct *data) {
    return (int)syscall(SYS_capget, header, data);
}
static inline int clinux_capset(struct __user_cap_header_struct *header, const struct __user_cap_data_struct *data) {
    return (int)syscall(SYS_capset, header, data);
}

// Swift does not import fork().
static inline pid_t clinux_fork(void) { return fork(); }

// prctl() is variadic.
/// Keeps a capability that is permitted and inheritable over an exec.
static inline int clinux_raise_ambient_capability(int capability) {
    return prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, capability, 0, 0);
}
static inline int clinux_clear_ambient_capabilities(void) {
    return prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
}
static inline int clinux_keep_capabilities(void) { return prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0); }
static inline void clinux_leave_no_core(void) { prctl(PR_SET_DUMPABLE, 0, 0, 0, 0); }
/// The signal that the calling process gets when the thread that started it ends.
static inline int clinux_set_parent_death_signal(int number) { return prctl(PR_SET_PDEATHSIG, number, 0, 0, 0); }
/// Lets orphans among the descendants become children of the calling process.
static inline int clinux_adopt_orphans(void) { return prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0); }

// The CMSG_…() macros take arguments.

static inline struct cmsghdr *clinux_first_control_message(struct msghdr *message) { return CMSG_FIRSTHDR(message); }
static inline struct cmsghdr *clinux_next_control_message(struct msghdr *message, struct cmsghdr *last) {
    return CMSG_NXTHDR(message, last);
}
static inline const void *clinux_control_message_data(struct cmsghdr *message) { return CMSG_DATA(message); }

// The W…() status macros take arguments.

static inline int clinux_exited(int status) { return WIFEXITED(status); }
static inline int clinux_exit_status(int status) { return WEXITSTATUS(status); }
static inline int clinux_stopped(int status) { return WIFSTOPPED(status); }
static inline int clinux_termination_signal(int status) { return WTERMSIG(status); }

#endif
