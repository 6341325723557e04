// SPDX-License-Identifier: Apache-2.0

import LinuxSystem
import RouteNetlink
import Synchronization

/// What the kernel has said of kinds, each asked for once.
struct Answers: ~Copyable {
    private let known = Mutex<[String: Bool]>([:])

    /// The answer about a kind, for which `ask` is called with a socket in a namespace that goes at once.
    ///
    /// False where no namespace can be made.
    func answer(about kind: String, _ ask: (inout RouteSocket) -> Bool) -> Bool {
        known.withLock { known in
            if let answer = known[kind] { return answer }
            let answer = Self.inNewNamespace(ask)
            known[kind] = answer
            return answer
        }
    }

    private static func inNewNamespace(_ ask: (inout RouteSocket) -> Bool) -> Bool {
        guard let namespace = try? makeNetworkNamespace(), var socket = try? RouteSocket.open(in: namespace) else {
            return false
        }
        return ask(&socket)
    }
}
