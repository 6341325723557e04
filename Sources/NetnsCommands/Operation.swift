// SPDX-License-Identifier: Apache-2.0

/// A verb with all that a command line said of it, ready to run.
///
/// The parser's commands make these and run them. So does `directOperation`, without the parser.
protocol Operation {
    func run() throws
}
