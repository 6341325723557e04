// SPDX-License-Identifier: Apache-2.0

internal import NetworkNamespaces

/// The name of a namespace that should exist, whoever made it.
func existingName(_ text: String) throws -> NamespaceName {
    do throws(NamespaceError) { return try NamespaceName(existing: text) } catch {
        throw CommandFailure.usage(error.description)
    }
}

/// Names of namespaces to be made; all are checked before anything is touched.
func newNames(_ texts: [String], anyName: Bool) throws -> [NamespaceName] {
    var names: [NamespaceName] = []
    for text in texts {
        let name: NamespaceName
        do throws(NamespaceError) {
            name = anyName ? try NamespaceName(anyNew: text) : try NamespaceName(new: text)
        } catch { throw CommandFailure.usage(error.description) }
        guard !names.contains(name) else {
            throw CommandFailure.usage("namespace '\(name)' is given twice")
        }
        names.append(name)
    }
    return names
}

/// A process number: decimal digits, not 0.
func processNumber(_ text: String) throws -> Int32 {
    guard text.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let number = Int32(text), number > 0 else {
        throw CommandFailure.usage("'\(escaped(text))' is not a process number: 1 to \(Int32.max), in decimal digits")
    }
    return number
}

/// A namespace id: decimal digits.
func namespaceIDNumber(_ text: String) throws -> Int32 {
    guard !text.isEmpty, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let number = Int32(text) else {
        throw CommandFailure.usage("'\(escaped(text))' is not a namespace id: 0 to \(Int32.max), in decimal digits")
    }
    return number
}
