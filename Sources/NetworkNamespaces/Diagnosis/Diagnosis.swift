// SPDX-License-Identifier: Apache-2.0

extension NamespaceDirectory {
    /// Says what is wrong with the machine's set-up for network namespaces, and how to cure it.
    ///
    /// Nothing is changed; the directory's lock is probed for, and held for no time. Without
    /// privileges less is seen. Each group of checks that finds nothing says so with an `ok`.
    ///
    /// - Returns: the findings, the worst first.
    public func diagnose() -> [Finding] { diagnosis(of: readSetup()) }
}

/// The findings about a set-up, the worst first.
func diagnosis(of setup: Setup) -> [Finding] {
    let findings =
        directoryFindings(setup) + nameFindings(setup) + mountNamespaceFindings(setup)
        + privilegeFindings(setup.privileges) + lockFindings(setup)
        + configurationFindings(setup) + limitFindings(setup.kernel) + kernelFindings(setup.kernel)
    return Finding.Severity.allCases.reversed().flatMap { severity in findings.filter { $0.severity == severity } }
}

extension [Finding] {
    /// These findings, or the one that says that there are none.
    func or(_ code: FindingCode, _ subject: String, _ what: @autoclosure () -> String) -> [Finding] {
        isEmpty ? [Finding(.ok, code, subject, what())] : self
    }
}

/// The first few of many names, for a sentence: `a, b, c and 7 more`.
func summary(of names: [String], limit: Int = 5) -> String {
    names.prefix(limit).joined(separator: ", ") + (names.count > limit ? " and \(names.count - limit) more" : "")
}
