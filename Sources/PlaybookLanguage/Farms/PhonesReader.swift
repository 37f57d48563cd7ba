import Farm
import SourceText

/// Reads what stands under `phones:` of a farm file.
enum PhonesReader {
    /// The phones in the order written; ranges in names are paired with ranges in addresses and serials.
    static func read(
        _ node: Node?, _ servers: [Server], _ hosts: SSHHosts, _ places: inout FarmPlaces,
        _ diagnostics: inout Diagnostics
    ) -> [Phone] {
        var phones: [Phone] = []
        for entry in FarmEntries.of(node, "phones", "NAME: { adb: \"tcp:HOST:5555\" }", &diagnostics) {
            guard let names = FarmEntries.names(entry.key, &places, &diagnostics) else { continue }
            phones += read(entry, names, servers, hosts, &places, &diagnostics)
        }
        return phones
    }

    private static func read(
        _ entry: Node.Entry, _ names: NameRange, _ servers: [Server], _ hosts: SSHHosts,
        _ places: inout FarmPlaces, _ diagnostics: inout Diagnostics
    ) -> [Phone] {
        var arguments = StepArguments(keyword: entry.name, at: entry.key.span, node: entry.value, names: NameTable())
        _ = arguments.has("adb")
        let adb = entry.value.mapping == nil ? entry.value : entry.value["adb"]
        if entry.value.mapping == nil { arguments.takeBare("adb") }
        let serial = arguments.optionalText("serial")
        let usbPath = arguments.optionalText("usb-path")
        let serverName = arguments.optionalText("server")
        let via = arguments.optionalText("via")
        let labels = arguments.optionalList("labels")
        _ = arguments.has("vars")
        diagnostics.add(contentsOf: arguments.finish())
        for label in labels?.literal ?? [] { places.declareLabel(label, entry.value["labels"]) }
        let variables = FarmVariables.read(entry.value["vars"], &diagnostics)

        let serials = serial?.literal.flatMap { expand($0, names, entry.value["serial"], &diagnostics) }
        if let server = serverName?.literal { places.refer(to: server, at: serverName?.span ?? entry.key.span) }
        let server = servers.first { $0.name == serverName?.literal }
        var ways = WaysIn(
            names: names, serials: serials, usbPath: usbPath?.literal,
            isSerialMistaken: serials == nil && entry.value["serial"] != nil,
            behind: host(entry, via: via, server: serverName, servers, hosts, &diagnostics), of: server)
        if let adb { ways.read(adb) }
        if let server { ways.add(server, entry.key.span) }
        let isMistaken = ways.diagnostics.hasErrors
        diagnostics.add(contentsOf: ways.diagnostics)
        if ways.isEmpty, !isMistaken, serverName == nil, !arguments.diagnostics.hasErrors {
            diagnostics.error(
                "no-way-in", "`\(entry.name)` has no way in", at: entry.key.span,
                help: "add `adb: \"tcp:HOST:5555\"`, or `serial: SERIAL` and `server: NAME`")
        }
        // A phone whose ways are mistaken keeps its name, so that selectors and groups find it.
        return names.names.enumerated().map { index, name in
            let known = ways.ways(at: index)
            return Phone(
                name: name, waysIn: known.isEmpty ? [WaysIn.unknown] : known, labels: labels?.literal ?? [],
                server: serverName?.literal, serial: serials?[index], variables: variables)
        }
    }

    /// The host that phones `ssh HOST:PORT` are behind; nothing is said of it where no such way is written.
    private static func host(
        _ entry: Node.Entry, via: Argument<String>?, server: Argument<String>?, _ servers: [Server], _ hosts: SSHHosts,
        _ diagnostics: inout Diagnostics
    ) -> WaysIn.Host {
        let adb = entry.value.mapping == nil ? entry.value : entry.value["adb"]
        let ways = (adb?.sequence ?? [adb].compactMap(\.self)).compactMap(\.text)
        guard ways.contains(where: { $0.hasPrefix("ssh ") }) else {
            if let via {
                diagnostics.error(
                    "contradiction", "`via` says nothing without a way in `ssh HOST:PORT`", at: via.span)
            }
            return .none
        }
        guard let named = via ?? server, let name = named.literal else { return .none }
        // An unknown server is told by those who look at the whole farm.
        if via == nil, !servers.contains(where: { $0.name == name }) { return .mistaken }
        let route = hosts.route(to: name, for: "`\(entry.name)`", at: named.span, &diagnostics)
        return route.map { .route($0) } ?? .mistaken
    }

    /// One serial for every name; a serial with brackets is a range like a name.
    private static func expand(
        _ text: String, _ names: NameRange, _ node: Node?, _ diagnostics: inout Diagnostics
    ) -> [String]? {
        let serials = text.contains("[") ? (try? NameRange(parsing: text).names) ?? [text] : [text]
        guard serials.count == names.names.count else {
            diagnostics.error(
                "uneven-ranges",
                "\(names.text) stands for \(names.names.count) phones, but here is a serial for "
                    + "\(serials.count)", at: node?.span, help: "every phone has a serial of its own")
            return nil
        }
        return serials
    }
}

extension FarmPlaces {
    /// A label counts as declared where it is first used.
    mutating func declareLabel(_ label: String, _ node: Node?) {
        guard let node else { return }
        declare(label, at: node.sequence?.first { $0.text == label }?.span ?? node.span)
    }
}
