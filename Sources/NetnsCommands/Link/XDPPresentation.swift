// SPDX-License-Identifier: Apache-2.0

internal import LinuxSystem
internal import RouteNetlink
internal import SystemPackage

extension JSONWriter {
    /// The members of `xdp`.
    mutating func members(of xdp: LinkXDP) {
        member("mode", xdp.mode.rawValue)
        if let program = xdp.program { member("prog", object: { $0.program(program) }) }
        member(
            "attached",
            array: { json in
                for (mode, program) in xdp.programs {
                    json.object { json in
                        json.member("mode", mode.rawValue)
                        json.member("prog", object: { $0.program(program) })
                    }
                }
            })
    }

    /// What the kernel tells the caller of a program, which is its number at least.
    private mutating func program(_ id: UInt32) {
        member("id", id)
        guard let program = try? BPFProgram(id: id) else { return }
        member("name", program.name)
        member("tag", hexadecimal(program.tag))
        member("jited", program.isTranslated ? 1 : 0)
        if program.loadTime != 0 {
            member("load_time", program.loadTime)
            member("created_by_uid", program.createdBy)
        }
        member("btf_id", program.typesID)
    }
}

extension TextWriter {
    /// The word for where the programs are: `xdpgeneric `, or `xdpgeneric/id:7 `.
    mutating func xdpMode(_ xdp: LinkXDP, withProgram: Bool) {
        write("xdp")
        write(xdp.mode.suffix)
        if withProgram, let program = xdp.program { write("/id:\(program)") }
        write(" ")
    }

    /// A line for each program.
    mutating func xdpPrograms(_ xdp: LinkXDP, details: Bool) {
        if let program = xdp.program { xdpProgram(program, "", details: details) }
        guard xdp.mode == .multiple else { return }
        for (mode, program) in xdp.programs {
            xdpProgram(program, mode == .driver ? "drv" : mode.suffix, details: details)
        }
    }

    private mutating func xdpProgram(_ id: UInt32, _ suffix: String, details: Bool) {
        write("\n    prog/xdp\(suffix) id \(id) ")
        guard let program = try? BPFProgram(id: id) else { return }
        write("name ")
        write(escaping: program.name)
        write(" tag \(hexadecimal(program.tag)) ")
        if program.isTranslated { write("jited ") }
        guard details else { return }
        if program.loadTime != 0 { write("load_time \(program.loadTime) created_by_uid \(program.createdBy) ") }
        if let types = program.typesID { write("btf_id \(types) ") }
    }
}

extension LinkXDP.Mode {
    fileprivate var suffix: String {
        switch self {
        case .generic: "generic"
        case .hardware: "offload"
        case .multiple: "multi"
        default: ""
        }
    }
}
