// SPDX-License-Identifier: Apache-2.0

internal import Addressing
internal import NetworkNamespaces

extension CommandFailure {
    /// A connection that failed, in the user's words.
    init(_ error: ConnectionError) {
        var status = ExitStatus.refused
        if case .invalid = error.fault { status = ExitStatus.usage }
        // Names that other tools gave may hold anything.
        self.init(escaped(error.description), hint: error.hint, status: status)
    }
}

/// The value of an option, read by a type of `Addressing`.
func optionValue<Value>(
    _ option: String, _ text: String, _ read: (String) throws(AddressingError) -> Value
) throws(CommandFailure) -> Value {
    do throws(AddressingError) { return try read(text) } catch {
        throw .usage("bad value of '\(option)': \(error)")
    }
}

/// The device that an operand or an option names.
func deviceName(_ what: String, _ text: String) throws(CommandFailure) -> InterfaceName {
    try optionValue(what, text) { (text) throws(AddressingError) in try InterfaceName(parsing: text) }
}
