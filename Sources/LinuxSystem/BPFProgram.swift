// SPDX-License-Identifier: Apache-2.0

public import SystemPackage
internal import CLinux

/// What the kernel knows of a BPF program. Source: bpf(2), `struct bpf_prog_info`.
public struct BPFProgram: Equatable, Sendable {
    /// Its number while it lives.
    public let id: UInt32
    /// The name that it was loaded under, of 15 bytes at most; often empty.
    public let name: String
    /// A digest of its instructions: the same for the same program.
    public let tag: [UInt8]
    /// Whether it was translated for the processor.
    public let isTranslated: Bool
    /// When it was loaded, in nanoseconds since the machine started.
    public let loadTime: UInt64
    /// The user who loaded it.
    public let createdBy: UInt32
    /// Its types, where it has any.
    public let typesID: UInt32?

    /// Asks for a program. Needs `CAP_SYS_ADMIN`, in the first user namespace.
    ///
    /// - Throws: the `Errno` of bpf(2): `ENOENT` when there is none, `EPERM` without the capability.
    public init(id: UInt32) throws(Errno) {
        let program = OwnedDescriptor(owning: try systemCall { clinux_bpf_program(id) })
        let descriptor = program.rawValue
        var info = bpf_prog_info()
        try systemCall { clinux_bpf_program_info(descriptor, &info) }
        self.id = info.id
        name = withUnsafeBytes(of: info.name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
        tag = withUnsafeBytes(of: info.tag) { Array($0) }
        isTranslated = info.jited_prog_len > 0
        loadTime = info.load_time
        createdBy = info.created_by_uid
        typesID = info.btf_id == 0 ? nil : info.btf_id
    }
}
