// SPDX-License-Identifier: Apache-2.0

// Names of the C modules, as some client might have them in a library of its own.
// Types only: values and functions of one name would be told apart by their types.

/// Also a structure of linux/netlink.h, in CMnl.
public enum nlmsghdr {}
/// Also a structure of linux/rtnetlink.h, in CMnl.
public enum ifinfomsg {}
/// Also a structure of linux/capability.h, in CLinux.
public enum __user_cap_header_struct {}
