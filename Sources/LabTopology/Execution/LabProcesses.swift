// SPDX-License-Identifier: Apache-2.0

/// Starts and stops the processes of nodes, and knows which run.
public protocol LabProcesses {
    /// Carries out `.startProcess` or `.stopProcess`.
    func carryOut(_ change: LabChange, at site: LabSite) throws(LabFailure)

    /// Adds the processes of a lab that run to the state of their nodes.
    func read(into state: inout LabState, lab: String)

    /// Ends whatever still runs of a lab in some of its nodes, of which the namespaces may be gone, and in all of them
    /// what there is no record of any more.
    ///
    /// - Returns: how many processes were ended, and those that could not be.
    func endAll(of lab: String, where isMeant: (_ node: String) -> Bool) -> (count: Int, failures: [LabFailure])
}
