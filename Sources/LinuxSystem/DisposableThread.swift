// SPDX-License-Identifier: Apache-2.0

internal import CLinux
internal import Glibc
public import SystemPackage

/// What the new thread is handed: a class, so that one pointer carries the closure.
private final class ThreadBody {
    let run: () -> Void
    init(_ run: @escaping () -> Void) { self.run = run }
}

/// An error that can say that the system refused a thread, as it does at the limit of processes.
public protocol ThreadRefusal: Error {
    /// - Parameter reason: the error of pthread_create(3), `EAGAIN` as a rule.
    init(threadRefusal reason: Errno)
}

/// The system refused a thread to work that may fail in any way.
public struct ThreadNotStarted: ThreadRefusal, CustomStringConvertible {
    /// The error of pthread_create(3).
    public let reason: Errno
    /// Takes the error of pthread_create(3).
    public init(threadRefusal reason: Errno) { self.reason = reason }
    /// One sentence without a full stop.
    public var description: String { "cannot start a thread: \(reason.sentence)" }
}

extension Errno: ThreadRefusal {
    /// Takes the error number itself.
    public init(threadRefusal reason: Errno) { self = reason }
}

/// Runs `body` on a thread made for it, and waits for it.
///
/// setns(2) and unshare(2) act on one thread. On this one they need no undoing,
/// since the thread ends with `body`, and they never reach the cooperative pool.
///
/// - Throws: whatever `body` throws. When the system refuses a thread `body` has not run and its error, which must
///   be a `ThreadRefusal`, is made from that; a `ThreadNotStarted` where `body` may throw anything. The process
///   stops when `body` can fail in neither way.
public func onDisposableThread<Value: ~Copyable, Failure: Error>(
    _ body: () throws(Failure) -> Value
) throws(Failure) -> Value {
    var value: Value?
    var failure: Failure?
    let refusal = withoutActuallyEscaping(
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
            if refusal == 0 { pthread_join(thread, nil) } else { context.release() }
            return refusal
        })
    if refusal != 0 { failure = refused(Errno(rawValue: refusal)) }
    if let failure { throw failure }
    guard let value = value.take() else { preconditionFailure("no thread, or one that ended without a result") }
    return value
}

/// The refusal as the error that the caller can throw; nil when it can't throw any that fits.
private func refused<Failure: Error>(_ reason: Errno) -> Failure? {
    guard let type = Failure.self as? any ThreadRefusal.Type else {
        return ThreadNotStarted(threadRefusal: reason) as? Failure
    }
    return type.init(threadRefusal: reason) as? Failure
}

/// Lets all threads of this process allocate from one arena.
///
/// A thread that lives for a few system calls would otherwise map and unmap an arena of its own. For
/// programs that do one thing and end, before their first thread. Source: mallopt(3).
public func shareOneArena() { _ = mallopt(M_ARENA_MAX, 1) }
