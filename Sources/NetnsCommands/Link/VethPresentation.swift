// SPDX-License-Identifier: Apache-2.0

internal import RouteNetlink

extension VethOptions: LinkKindPresentation {
    /// None: the words of the peer are those of a link, and are read as such; and the kernel shows no options.
    static let fields: [OptionField<VethOptions>] = []
}
