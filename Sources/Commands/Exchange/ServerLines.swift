import Farm
import Glibc
import Lanes
import Packing
import PlaybookLanguage
import SourceText

/// Servers as lines of a farm file.
struct ServerLines {
    private let servers: [TerraformState.Server]
    private let account: String

    init(_ servers: [TerraformState.Server], account: String) {
        self.servers = servers
        self.account = account
    }

    /// A whole `servers:`.
    var text: String { "servers:\n" + servers.map { line($0) + "\n" }.joined() }

    /// A name of the farm has no blanks; the id says which server it is.
    private func line(_ server: TerraformState.Server) -> String {
        "  \(Roster.quoted(FarmName.sanitized(server.name))): { account: \(Roster.quoted(account)), id: \"\(server.id)\" }"
    }

    /// Adds the servers that a farm file does not have yet, and leaves every other line as it is.
    ///
    /// - Returns: How many are new, and how many it had.
    /// - Throws: ``CommandFailure`` for a file that cannot be read or written, or would be none with them.
    func add(to path: String) throws(CommandFailure) -> (new: Int, known: Int) {
        let source = try readSource(path, as: "farm file")
        let text = String(decoding: source.bytes, as: UTF8.self)
        let new = servers.filter { !text.contains($0.id) }
        guard !new.isEmpty else { return (0, servers.count) }
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        if let place = lines.firstIndex(where: { $0.hasPrefix("servers:") }) {
            let rest = lines[place].dropFirst("servers:".count).drop { $0 == " " }
            guard rest.isEmpty || rest.hasPrefix("#") else {
                throw CommandFailure(
                    "\(path): `servers` stands on one line; put each server on a line of its own first")
            }
            lines.insert(contentsOf: new.map(line), at: place + 1)
        } else {
            if lines.last == "" { lines.removeLast() }
            lines += ["servers:"] + new.map(line) + [""]
        }
        let made = lines.joined(separator: "\n")
        var diagnostics = Diagnostics()
        _ = FarmFile.read(SourceFile(name: path, text: made), &diagnostics)
        guard !diagnostics.hasErrors else {
            throw CommandFailure(
                "\(path) would not be a farm file any more: \(diagnostics.sorted.first?.message ?? ""); nothing was written"
            )
        }
        do throws(SystemError) {
            try AtomicFile.write(made, to: path)
        } catch {
            throw CommandFailure("cannot write \(path): \(error.reason)", status: .cannotGoOn)
        }
        return (new.count, servers.count - new.count)
    }
}
