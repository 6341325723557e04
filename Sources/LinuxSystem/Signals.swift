// SPDX-License-Identifier: Apache-2.0

internal import CLinux
internal import Glibc

/// Lets writing to a pipe that nobody reads fail with `EPIPE` instead of ending the process.
///
/// Source: pipe(7), `SIGPIPE`. Programs started from here on inherit it.
public func ignoreBrokenPipes() {
    signal(SIGPIPE, SIG_IGN)
}
