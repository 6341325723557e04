// SPDX-License-Identifier: Apache-2.0

import KernelGates
import Testing

/// Cancels a test case that is about a kind of links which this kernel lacks.
///
/// The event of a cancelled case does not say why. The warning does, and `scripts/test` shows it.
func requireKernel(linkKind kind: String) throws {
    guard !kernelHas(linkKind: kind) else { return }
    Issue.record("this kernel has no \(kind)", severity: .warning)
    try Test.cancel("this kernel has no \(kind)")
}
