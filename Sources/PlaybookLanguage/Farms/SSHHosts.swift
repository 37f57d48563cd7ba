import Farm
import SourceText

/// The hosts of a farm file that are reached over SSH, and the ways to them through each other.
///
/// All hosts are noted first and joined afterwards, since a jump host may stand below those behind it.
struct SSHHosts {
    /// A host as it is written: what it is dialled by, and the name of its jump host.
    private struct Entry {
        let hop: SSHHop?
        let via: Link?
        /// Whether something about it is wrong, so that nothing is said of those who go through it.
        let isMistaken: Bool
    }

    /// A name of another host, and where it is written.
    private struct Link: Hashable {
        let name: String
        let span: SourceSpan
    }

    private var entries: [String: Entry] = [:]
    private var names: [String] = []
    private var routes: [String: SSHRoute] = [:]

    /// What stands in the keys of one entry of `servers:` or `encoders:`, for each of its names.
    struct Written {
        /// Where each name's SSH server is and whom to log in as; nil where no `ssh` is written.
        var hops: [SSHHop]?
        var via: String?
        var viaSpan: SourceSpan?
        var isMistaken = false
    }

    /// The keys that say how a host is reached over SSH.
    static let keys = ["ssh", "user", "port", "keypair", "via", "host-keys"]

    /// Takes over one entry under its names.
    mutating func add(_ range: NameRange, _ written: Written) {
        for (place, name) in range.names.enumerated() {
            let link = written.via.flatMap { name in written.viaSpan.map { Link(name: name, span: $0) } }
            if entries[name] == nil { names.append(name) }
            entries[name] = Entry(hop: written.hops?[place], via: link, isMistaken: written.isMistaken)
        }
    }

    /// Joins the hosts; tells what is wrong with their jump hosts, each place once.
    mutating func join(_ diagnostics: inout Diagnostics) {
        var told: Set<SourceSpan> = []
        for name in names { _ = resolve(name, [], &told, &diagnostics) }
    }

    /// The way to a host, once they are joined; nil for one without SSH.
    func route(to name: String) -> SSHRoute? { routes[name] }

    /// The way to a host that a phone names, or a mistake at `span`.
    func route(to name: String, for phrase: String, at span: SourceSpan, _ diagnostics: inout Diagnostics) -> SSHRoute?
    {
        if let route = routes[name] { return route }
        guard let entry = entries[name] else {
            let near = closestMatch(to: name, among: entries.keys.sorted())
            diagnostics.error(
                "unknown-name", "\(phrase) goes through `\(name)`, and the farm has no server or encoder of that name",
                at: span, help: near.map { "did you mean \($0)?" })
            return nil
        }
        if !entry.isMistaken {
            diagnostics.error(
                "no-ssh", "\(phrase) goes through `\(name)`, which is not reached over SSH", at: span,
                help: "add `ssh: USER@HOST` to `\(name)`")
        }
        return nil
    }

    private mutating func resolve(
        _ name: String, _ path: [String], _ told: inout Set<SourceSpan>, _ diagnostics: inout Diagnostics
    ) -> SSHRoute? {
        if let known = routes[name] { return known }
        guard let entry = entries[name], !entry.isMistaken else { return nil }
        guard let link = entry.via else {
            guard let hop = entry.hop else { return nil }
            routes[name] = SSHRoute(to: hop)
            return routes[name]
        }
        let walked = path + [name]
        if let start = walked.firstIndex(of: link.name) {
            let circle = (walked[start...] + [link.name]).joined(separator: " -> ")
            if told.insert(link.span).inserted {
                diagnostics.error(
                    "circle", "the jump hosts go round in a circle: \(circle)", at: link.span,
                    help: "one of them is dialled straight, without `via`")
            }
            spoil(walked[start...])
            return nil
        }
        var found = Diagnostics()
        let before = resolve(link.name, walked, &told, &diagnostics)
        // A circle further on has been told where it closes, and spoils everybody on the way to it.
        guard let jump = before ?? route(to: link.name, for: "`\(name)`", at: link.span, &found) else {
            if !found.isEmpty, told.insert(link.span).inserted { diagnostics.add(contentsOf: found) }
            spoil([name])
            return nil
        }
        routes[name] = entry.hop.map { SSHRoute(to: $0, via: jump) } ?? jump
        return routes[name]
    }

    private mutating func spoil(_ names: some Sequence<String>) {
        for name in names {
            guard let entry = entries[name] else { continue }
            entries[name] = Entry(hop: entry.hop, via: entry.via, isMistaken: true)
        }
    }
}
