// SPDX-License-Identifier: Apache-2.0

internal import CLinux
internal import Glibc

/// What a worker is handed.
private final class WorkerBody: Sendable {
    let run: @Sendable () -> Void
    init(_ run: @escaping @Sendable () -> Void) { self.run = run }
}

/// Runs `body` on some threads made for it, with 0, 1, 2 …, and waits for all of them.
///
/// A thread may go into another namespace and end there. One that the system refuses is done without: its
/// number is taken by the calling thread's wait, so that `body` must share out the work itself.
///
/// - Returns: how many ran.
@discardableResult
public func onThreads(_ count: Int, _ body: @escaping @Sendable (Int) -> Void) -> Int {
    var threads: [pthread_t] = []
    for number in 0..<count {
        var thread = pthread_t()
        let context = Unmanaged.passRetained(WorkerBody { body(number) })
        let refusal = pthread_create(
            &thread, nil,
            { context in
                if let context { Unmanaged<WorkerBody>.fromOpaque(context).takeRetainedValue().run() }
                return nil
            }, context.toOpaque())
        if refusal == 0 { threads.append(thread) } else { context.release() }
    }
    for thread in threads { pthread_join(thread, nil) }
    return threads.count
}

/// How many processors there are.
public func processorCount() -> Int { max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))) }
