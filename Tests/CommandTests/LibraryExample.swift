// SPDX-License-Identifier: Apache-2.0

import NetworkNamespaces
import RouteNetlink

/// The README's example of the library, compiled. `ReadmeTests` compares the two; it is not run, since it
/// makes a name on the machine itself.
func libraryExample() throws {
    let red = try NamespaceDirectory.system.create(NamespaceName(new: "red"))
    var inside = try red.openRouteSocket()
    for link in try inside.links() { print(link.index, link.name) }
}
