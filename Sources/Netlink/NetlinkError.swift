// SPDX-License-Identifier: Apache-2.0

public import SystemPackage
public import LinuxSystem

/// A request that the kernel refused, told so that a person can act on it.
public struct KernelError: Error, Equatable, Sendable {
    /// What was attempted, as a verb phrase: `add link 'veth0'`.
    public var operation: String
    /// The error number.
    public var errno: Errno
    /// The kernel's own sentence (`NLMSGERR_ATTR_MSG`), when it sent one.
    public var kernelMessage: String?
    /// The attribute that the kernel pointed at (`NLMSGERR_ATTR_OFFS` or `…_MISS_TYPE`), by name.
    public var attribute: String?

    /// Describes a refusal.
    public init(_ operation: String, _ errno: Errno, kernelMessage: String? = nil, attribute: String? = nil) {
        self.operation = operation
        self.errno = errno
        self.kernelMessage = kernelMessage
        self.attribute = attribute
    }
}

extension KernelError: CustomStringConvertible {
    /// One sentence: `cannot add link 'veth0': File exists (EEXIST)`.
    public var description: String {
        var text = "cannot \(operation): "
        if let kernelMessage {
            text += "\(withoutFullStop(kernelMessage)) (\(errno.name)"
        } else {
            text += "\(errno.description) (\(errno.name)"
        }
        if let attribute { text += " at \(attribute)" }
        return text + ")"
    }
}

/// What the kernel had to say about a request that it carried out all the same.
public struct KernelWarning: Equatable, Sendable {
    /// What was done, as a verb phrase: `add link 'veth0'`.
    public var operation: String
    /// The kernel's own sentence (`NLMSGERR_ATTR_MSG`).
    public var message: String

    /// Describes a warning.
    public init(_ operation: String, _ message: String) {
        self.operation = operation
        self.message = message
    }
}

extension KernelWarning: CustomStringConvertible {
    /// `add link 'veth0': ` and the kernel's sentence without a full stop.
    public var description: String { "\(operation): \(withoutFullStop(message))" }
}

/// The kernel ends some sentences with a full stop and some not.
private func withoutFullStop(_ sentence: String) -> String {
    sentence.hasSuffix(".") ? String(sentence.dropLast()) : sentence
}

/// A reply that is not of the form the kernel's headers describe.
public struct MalformedReply: Error, Equatable, Sendable, CustomStringConvertible {
    /// What is wrong.
    public var reason: String
    /// Where, in bytes from the start of the message's attributes, if known.
    public var offset: Int?

    /// Describes the fault.
    public init(_ reason: String, at offset: Int? = nil) {
        self.reason = reason
        self.offset = offset
    }

    /// One sentence without a full stop.
    public var description: String {
        let place = offset.map { " at byte \($0)" } ?? ""
        return "the kernel's reply is malformed: \(reason)\(place)"
    }
}

/// Why a netlink conversation failed.
public enum NetlinkError: Error, Equatable, Sendable {
    /// The kernel refused the request.
    case kernel(KernelError)
    /// A system call on the socket failed; the operation is a verb phrase.
    case socket(operation: String, Errno)
    /// A reply did not parse.
    case malformed(MalformedReply)
    /// A request that nobody can mean, and that was not sent; the operation is its verb phrase.
    case meaningless(operation: String, reason: String)
    /// A request grew beyond what one message can hold; the operation is its verb phrase.
    case requestTooLong(operation: String)
    /// A dump changed under the reader (`NLM_F_DUMP_INTR`) in every attempt.
    case dumpInterrupted(operation: String)
    /// The socket's buffer overflowed (`ENOBUFS`): events were lost and the state must be read anew.
    case overflow

    /// The error number, where the failure has one.
    public var errno: Errno? {
        switch self {
        case .kernel(let error): error.errno
        case .socket(_, let errno): errno
        case .malformed, .meaningless, .requestTooLong, .dumpInterrupted: nil
        case .overflow: .noBufferSpace
        }
    }
}

extension NetlinkError: ThreadRefusal {
    /// The conversation could not be opened, for it takes a thread.
    public init(threadRefusal reason: Errno) { self = .socket(operation: "start a thread", reason) }
}

extension NetlinkError: CustomStringConvertible {
    /// One sentence without a full stop.
    public var description: String {
        switch self {
        case .kernel(let error): error.description
        case .socket(let operation, let errno): "cannot \(operation): \(errno.sentence)"
        case .malformed(let reply): reply.description
        case .meaningless(let operation, let reason): "cannot \(operation): \(reason)"
        case .requestTooLong(let operation): "cannot \(operation): the request does not fit into one netlink message"
        case .dumpInterrupted(let operation):
            "cannot \(operation): the table changed during every attempt to read it; try again"
        case .overflow: "events were lost: the socket's receive buffer overflowed (ENOBUFS)"
        }
    }
}
