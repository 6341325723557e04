// SPDX-License-Identifier: Apache-2.0

internal import LinuxSystem
internal import SystemPackage

/// Writes text to standard output in one call.
func printOutput(_ text: String) throws(Errno) {
    try writeAll(Array(text.utf8), to: 1)
}

/// Writes one line to standard error. A standard error that is closed is no reason to fail.
///
/// It stays one line whatever name, path or sentence of the kernel's is in it.
///
/// - Parameter program: what complains, as the user has called it.
func printError(_ line: String, of program: String = "netns") {
    try? writeAll(Array("\(program): \(escaped(line))\n".utf8), to: 2)
}

/// The text with control characters escaped byte by byte, so that a name made by another
/// tool can be shown on one line and does nothing to the terminal.
func escaped(_ text: String) -> String {
    guard text.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) else { return text }
    var result = ""
    for scalar in text.unicodeScalars {
        switch scalar {
        case "\n": result += "\\n"
        case "\t": result += "\\t"
        case "\r": result += "\\r"
        case _ where scalar.properties.generalCategory == .control:
            for byte in String(scalar).utf8 { result += (byte < 0x10 ? "\\x0" : "\\x") + String(byte, radix: 16) }
        default: result.unicodeScalars.append(scalar)
        }
    }
    return result
}
