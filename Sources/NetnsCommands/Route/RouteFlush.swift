// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import Netlink
internal import RouteNetlink
internal import SystemPackage

extension RouteCommand {
    /// `netns route flush`.
    struct Flush: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Delete many routes.",
            discussion: """
                The words choose as those of 'route show' do; without any, nothing is deleted.

                EXAMPLES
                  netns route flush table 100 -n red
                  netns route flush dev eth0 proto static
                  netns route flush root 10.0.0.0/8
                """)

        @OptionGroup var namespace: NamespaceOption
        @OptionGroup var family: FamilyOptions
        @OptionGroup var mpls: MPLSOption

        @Argument(
            help: ArgumentHelp("The words of 'route show'.", valueName: "word"), completion: .grammar)
        var words: [String] = []

        func run() throws {
            if mpls.isMPLS { return try MPLSRouteFlush(namespace: namespace.namespace, words: words).run() }
            var parser = WordParser(words, verb: "route flush")
            var selection = try RouteSelection(&parser, family: family.family)
            guard selection.isNarrowed else { throw parser.usage("it must be said which routes to delete") }
            var session = try RouteSession(namespace: namespace.namespace)
            try selection.findTable(&session)
            let device = try selection.device.map { name throws(CommandFailure) in try session.index(of: name) }
            let input = try selection.inputDevice.map { name throws(CommandFailure) in try session.index(of: name) }
            let chosen = selection
            let refusals = try session.ask { (socket) throws(NetlinkError) in
                let routes: [Route]
                do throws(NetlinkError) { routes = try socket.routes(chosen.filter(device: device)) } catch {
                    // No table, no routes.
                    guard error.errno == .noSuchFileOrDirectory else { throw error }
                    return [KernelError]()
                }
                return try socket.deleteRoutes(
                    routes.filter { chosen.contains($0, device: device, inputDevice: input) })
            }
            try conclude(refusals.map { session.failure(.kernel($0)) })
        }
    }
}
