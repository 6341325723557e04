// SPDX-License-Identifier: Apache-2.0

internal import Glibc
internal import SystemPackage

/// What the new thread is handed: a class, so that one pointer carries the closure.
private final class ThreadBody {
    let run: () -> Void
    init(_ run: @escaping () -> Void) { self.run = run }
}

/// Runs `body` on a thread made for it, and waits for it.
///
/// setns(2) and unshare(2) act on one thread. On this one they need no undoing,
/// since the thread ends with `body`, and they never reach the cooperative pool.
/// When the system refuses a new thread, the process is out of resources for
/// good; `body` has not run then and the process stops with that message.
///
/// - Throws: whatever `body` throws.
public func onDisposableThread<Value: ~Copyable, Failure: Error>(
    _ body: () throws(Failure) -> Value
) throws(Failure) -> Value {
    var value: Value?
    var failure: Failure?
    withoutActuallyEscaping(
        {
            do throws(Failure) { value = try body() } catch { failure = error }
        },
        do: { (escapable: @escaping () -> Void) in
            var thread = pthread_t()
            let context = Unmanaged.passRetained(ThreadBody(escapable))
            let refusal = pthread_create(
                &thread, nil,
                { context in
                    if let context { Unmanaged<ThreadBody>.fromOpaque(context).takeRetainedValue().run() }
                    return nil
                }, context.toOpaque())
            guard refusal == 0 else {
                // Written by hand: optimised code drops a precondition's message.
                try? writeAll(Array("cannot start a thread: \(Errno(rawValue: refusal))\n".utf8), to: 2)
                preconditionFailure("cannot start a thread")
            }
            pthread_join(thread, nil)
        })
    if let failure { throw failure }
    guard let value = value.take() else { preconditionFailure("a thread ended without a result") }
    return value
}
