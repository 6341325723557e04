// SPDX-License-Identifier: Apache-2.0

internal import Addressing
internal import RouteNetlink

/// How the value of an option is told on the command line and shown, as ip(8) does it.
struct OptionForm<Value>: Sendable {
    /// Reads the value behind the option's word; nil for what is only shown.
    var read: (@Sendable (_ words: inout WordParser) throws(CommandFailure) -> Value)?
    /// Writes the value behind its key.
    let writeJSON: @Sendable (_ value: Value, _ json: inout JSONWriter) -> Void
    /// The value in text.
    let text: @Sendable (_ value: Value) -> String

    init(
        read: (@Sendable (inout WordParser) throws(CommandFailure) -> Value)? = nil,
        writeJSON: @escaping @Sendable (Value, inout JSONWriter) -> Void,
        text: @escaping @Sendable (Value) -> String
    ) {
        self.read = read
        self.writeJSON = writeJSON
        self.text = text
    }

    /// A value that is the same string in JSON and in text.
    init(
        read: (@Sendable (inout WordParser) throws(CommandFailure) -> Value)? = nil,
        string: @escaping @Sendable (Value) -> String
    ) {
        self.init(read: read, writeJSON: { $1.value(string($0)) }, text: string)
    }
}

// MARK: Numbers

extension OptionForm where Value: FixedWidthInteger & Sendable {
    /// A decimal number.
    static var number: Self { number(Value.min...Value.max) }

    /// A decimal number of a range that the kernel is known to keep to.
    static func number(_ range: ClosedRange<Value>) -> Self {
        Self(
            read: { words throws(CommandFailure) in try words.number(range) },
            writeJSON: { $1.value($0) }, text: { String($0) })
    }

    /// Bits: read in decimal, or in hexadecimal behind `0x`; shown in hexadecimal, but for zero.
    static var mask: Self {
        Self(
            read: { words throws(CommandFailure) in try words.mask() },
            string: { $0 == 0 ? "0" : "0x" + String($0, radix: 16) })
    }

    /// Shown in hexadecimal, zero too.
    static var hexadecimal: Self { Self(string: { "0x" + String($0, radix: 16) }) }
}

extension OptionForm where Value: RawRepresentable & Sendable, Value.RawValue: FixedWidthInteger & Sendable {
    /// The kernel's number for something that has names, where ip(8) uses the number.
    static func number(_ range: ClosedRange<Value.RawValue>) -> Self {
        Self(
            read: { words throws(CommandFailure) in
                let number = try words.number(range)
                guard let value = Value(rawValue: number) else { throw words.badValue("\(number) is no such value") }
                return value
            },
            writeJSON: { $1.value($0.rawValue) }, text: { String($0.rawValue) })
    }

    /// One of several words; a value without one is shown as its number.
    static func choice(_ names: [(name: String, value: Value)]) -> Self where Value: Equatable {
        Self(
            read: { words throws(CommandFailure) in try words.choice(names) },
            string: { value in names.first { $0.value == value }?.name ?? String(value.rawValue) })
    }
}

extension OptionForm {
    /// A time, told and shown in hundredths of a second.
    static func ticks<Count>() -> Self where Value == ClockTicks<Count> {
        Self(
            read: { words throws(CommandFailure) in ClockTicks(try words.number() as Count) },
            writeJSON: { $1.value($0.rawValue) }, text: { String($0.rawValue) })
    }
}

extension OptionForm where Value == ClockTicks<UInt64> {
    /// What is left of a time, shown in seconds with two decimals.
    static var timer: Self {
        Self(
            writeJSON: { $1.number($0.seconds) },
            text: { timer in
                let seconds = timer.seconds
                return String(repeating: " ", count: max(0, 7 - seconds.utf8.count)) + seconds
            })
    }
}

extension ClockTicks {
    /// Seconds with two decimals: `14.99`.
    var seconds: String {
        let hundredths = rawValue % 100
        return "\(rawValue / 100).\(hundredths < 10 ? "0" : "")\(hundredths)"
    }
}

// MARK: Switches

extension OptionForm where Value == Bool {
    /// 0 or 1; `off` and `on` are understood.
    static var zeroOrOne: Self {
        Self(
            read: { words throws(CommandFailure) in
                try words.choice([("0", false), ("1", true), ("off", false), ("on", true)])
            },
            writeJSON: { $1.value($0 ? 1 : 0) }, text: { $0 ? "1" : "0" })
    }

    /// `on` or `off`, in JSON true or false.
    static var onOrOff: Self {
        Self(
            read: { words throws(CommandFailure) in try words.isOn() },
            writeJSON: { $1.value($0) }, text: { $0 ? "on" : "off" })
    }
}

// MARK: Addresses

extension OptionForm where Value == MACAddress {
    /// An Ethernet address.
    static var macAddress: Self {
        Self(
            read: { words throws(CommandFailure) in
                try words.parsed("address") { text throws(AddressingError) in try MACAddress(parsing: text) }
            },
            string: { $0.description })
    }
}

extension WordParser {
    /// A mask of bits: a decimal number, or a hexadecimal one behind `0x`.
    mutating func mask<Number: FixedWidthInteger>() throws(CommandFailure) -> Number {
        let text = try value("mask")
        let digits = text.hasPrefix("0x") ? text.dropFirst(2) : ""
        if digits.first?.isHexDigit == true, let number = Number(digits, radix: 16) { return number }
        guard let number = decimal(text, as: Number.self) else {
            throw badValue(
                "\(quoted(text)) is not a decimal number, or a hexadecimal one behind 0x, up to \(Number.max)")
        }
        return number
    }
}

extension OptionForm where Value == UInt8 {
    /// `inherit`, a name of /etc/iproute2/rt_dsfield, or a number, in hexadecimal behind `0x`.
    static var typeOfService: Self {
        Self(
            read: { words throws(CommandFailure) in
                guard words.next == "inherit" else { return try words.trafficClass() }
                _ = words.take()
                return 1
            },
            writeJSON: { $1.value("0x" + String($0, radix: 16)) },
            text: { $0 == 1 ? "inherit" : "0x" + String($0, radix: 16) })
    }
}
