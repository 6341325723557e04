// SPDX-License-Identifier: Apache-2.0

/// Starts and stops the processes of nodes, and knows which run.
public protocol LabProcesses {
    /// Carries out `.startProcess` or `.stopProcess`.
    func carryOut(_ change: LabChange, at site: LabSite) throws(LabFailure)

    /// Adds the processes of a lab that run to the state of their nodes.
    func read(into state: inout LabState, lab: String)
}
