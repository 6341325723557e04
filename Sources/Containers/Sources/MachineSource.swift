// SPDX-License-Identifier: Apache-2.0

internal import LinuxSystem
internal import SystemPackage

/// The directory in which systemd-machined notes what is registered with it: a file of shell variables for each
/// machine, and links to those by the names of units.
struct MachineSource: ContainerDirectory {
    let runtime = ContainerRuntime.nspawn
    let path: FilePath

    init(_ path: FilePath) { self.path = path }

    func containers() throws(ContainerFault) -> [Container] {
        try entries(of: path).compactMap { entry in
            guard !entry.isSymbolicLink, !entry.isDirectory,
                let bytes = try? readFile(path.appending(name: entry.bytes))
            else { return nil }
            let variables = Self.variables(String(decoding: bytes, as: UTF8.self))
            // A virtual machine has no namespace of its own, only that of its emulator.
            guard variables["CLASS"] == "container", let leader = variables["LEADER"].flatMap({ Int32($0) }) else {
                return nil
            }
            return Container(runtime, id: variables["NAME"] ?? entry.name, process: runningProcess(leader))
        }
    }

    /// `KEY=VALUE` a line; a value may stand in double quotes, in which a backslash makes the next character itself.
    static func variables(_ text: String) -> [String: String] {
        var variables: [String: String] = [:]
        for line in text.split(separator: "\n") where !line.hasPrefix("#") {
            guard let sign = line.firstIndex(of: "=") else { continue }
            var value = String(line[line.index(after: sign)...])
            if value.hasPrefix("\""), value.hasSuffix("\""), value.count > 1 {
                var isEscaped = false
                value = String(
                    value.dropFirst().dropLast().compactMap { character in
                        if character == "\\", !isEscaped {
                            isEscaped = true
                            return nil
                        }
                        isEscaped = false
                        return character
                    })
            }
            variables[String(line[..<sign])] = value
        }
        return variables
    }
}
