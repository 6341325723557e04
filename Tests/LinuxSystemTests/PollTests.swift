// SPDX-License-Identifier: Apache-2.0

import CLinux
import Glibc
import LinuxSystem
import Synchronization
import SystemPackage
import Testing

@Suite struct PollTests {
    private func makeEvent(_ count: UInt32) throws -> OwnedDescriptor {
        OwnedDescriptor(owning: try systemCall { eventfd(count, Int32(EFD_CLOEXEC)) })
    }

    @Test func tellsWhichAreReadable() throws {
        let quiet = try makeEvent(0)
        let ready = try makeEvent(1)
        #expect(try waitReadable([quiet.rawValue, ready.rawValue], timeout: nil) == [1])
    }

    @Test func waitsNoLessThanItsTimeout() throws {
        let quiet = try makeEvent(0)
        let start = ContinuousClock.now
        #expect(try waitReadable([quiet.rawValue], timeout: .milliseconds(30)).isEmpty)
        #expect(ContinuousClock.now - start >= .milliseconds(30))
    }

    @Test(arguments: [Duration.zero, .seconds(-5), .seconds(Int64.min / 4), .seconds(-1e19)])
    func timeoutThatIsOver(timeout: Duration) throws {
        let quiet = try makeEvent(0)
        #expect(try waitReadable([quiet.rawValue], timeout: timeout).isEmpty)
    }

    @Test(arguments: [
        Duration.seconds(Int64(1) << 40), .seconds(Int64.max / 1000 + 1), .seconds(Int64.max), .seconds(1e19),
    ])
    func timeoutBeyondPoll(timeout: Duration) throws {
        let ready = try makeEvent(1)
        #expect(try waitReadable([ready.rawValue], timeout: timeout) == [0])
    }
}

@Suite struct ProcessDescriptorTests {
    /// Starts a process that ends at once.
    private func spawn(_ path: String, _ argument: String) throws -> pid_t {
        var process: pid_t = 0
        var arguments = [strdup(path), strdup(argument), nil]
        defer { for argument in arguments { free(argument) } }
        let refusal = posix_spawn(&process, path, nil, nil, &arguments, nil)
        guard refusal == 0 else { throw Errno(rawValue: refusal) }
        return process
    }

    private func reap(_ process: pid_t) throws {
        var status: Int32 = 0
        try systemCall { waitpid(process, &status, 0) }
    }

    @Test func ownNamespace() throws {
        let own = try ProcessDescriptor(getpid())
        let (isAlive, number) = (own.isAlive, own.processID)
        #expect(isAlive)
        #expect(number == getpid())
        let namespace = try own.networkNamespace()
        #expect(try namespace.status().identity == FileStatus(of: "/proc/self/ns/net").identity)
        #expect(namespaceKind(namespace) == CLONE_NEWNET)
    }

    @Test func endedProcess() throws {
        let process = try spawn("/bin/sleep", "100")
        let descriptor = try ProcessDescriptor(process)
        let wasAlive = descriptor.isAlive
        #expect(wasAlive)
        _ = try descriptor.networkNamespace()
        try systemCall { kill(process, SIGKILL) }
        try reap(process)
        let isAlive = descriptor.isAlive
        #expect(!isAlive)
        #expect(throws: Errno.noSuchProcess) { _ = try descriptor.networkNamespace() }
        #expect(throws: Errno.noSuchProcess) { _ = try ProcessDescriptor(process) }
    }

    @Test func zombieIsNotAlive() throws {
        let process = try spawn("/bin/sleep", "0")
        let descriptor = try ProcessDescriptor(process)
        var information = siginfo_t()
        try systemCall { waitid(P_PID, id_t(process), &information, WEXITED | WNOWAIT) }
        let isAlive = descriptor.isAlive
        #expect(!isAlive)
        #expect(throws: Errno.noSuchProcess) { _ = try descriptor.networkNamespace() }
        try reap(process)
    }

    /// poll(2) with no time to wait still fails with EINTR when a signal is pending.
    @Test func aliveUnderSignals() async throws {
        signal(SIGUSR1, { _ in })
        let target = Mutex<pthread_t?>(nil)
        let isOver = Atomic(false)
        async let answers = onDisposableThread { () throws(Errno) in
            // The threads that tasks run on, and those made from them, block every signal.
            var signals = sigset_t()
            sigemptyset(&signals)
            sigaddset(&signals, SIGUSR1)
            pthread_sigmask(SIG_UNBLOCK, &signals, nil)
            target.withLock { $0 = pthread_self() }
            defer {
                target.withLock { $0 = nil }
                isOver.store(true, ordering: .releasing)
            }
            let own = try ProcessDescriptor(getpid())
            var answers = 0
            for _ in 0..<20_000 where own.isAlive { answers += 1 }
            return answers
        }
        while !isOver.load(ordering: .acquiring) {
            target.withLock { if let thread = $0 { _ = pthread_kill(thread, SIGUSR1) } }
        }
        #expect(try await answers == 20_000)
    }

    @Test func numbersThatAreNoProcess() throws {
        #expect(throws: Errno.invalidArgument) { _ = try ProcessDescriptor(0) }
        #expect(throws: Errno.invalidArgument) { _ = try ProcessDescriptor(-1) }
        #expect(throws: Errno.noSuchProcess) { _ = try ProcessDescriptor(Int32.max) }
    }

    @Test func threadIsRefused() {
        // A thread's number opens nothing; which error says so depends on the kernel's age.
        let error = onDisposableThread { () -> Errno? in
            do throws(Errno) { _ = try ProcessDescriptor(currentThreadID()) } catch { return error }
            return nil
        }
        #expect(error == .invalidArgument || error == .noSuchFileOrDirectory)
    }
}
