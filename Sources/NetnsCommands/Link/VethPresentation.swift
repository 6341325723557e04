// SPDX-License-Identifier: Apache-2.0

internal import RouteNetlink

extension VethOptions: LinkKindPresentation {
    /// The peer is left to the kernel.
    init() { self.init(peer: nil) }

    /// None: the words of the peer are those of a link, and are read as such; and the kernel shows no options.
    static let fields: [OptionField<VethOptions>] = []
}
