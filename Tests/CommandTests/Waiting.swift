// SPDX-License-Identifier: Apache-2.0

import Glibc

/// How many times as long as elsewhere things may take: more than once where a processor is emulated.
let patience = max(1, currentEnvironment()["NETNS_TEST_PATIENCE"].flatMap { Int($0) } ?? 1)

/// Asks again until the condition holds; false when it does not in time.
func waitUntil(timeout: Duration = .seconds(10), _ condition: () throws -> Bool) rethrows -> Bool {
    let deadline = ContinuousClock.now + timeout * patience
    while try !condition() {
        guard ContinuousClock.now < deadline else { return false }
        usleep(5_000)
    }
    return true
}

/// Whether the loops run as often as a release asks for, rather than as often as every change can wait for.
let runsLongTests = currentEnvironment()["NETNS_LONG_TESTS"] == "1"
