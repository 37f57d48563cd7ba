import Farm
import Journal

/// What has arrived gets its names.
extension PushDelivery {
    /// Gives the whole new folder its name.
    func nameRoot() async throws -> StepFailure? {
        let root = comparison.root
        let line = """
            \(ShellLine("mkdir", "-p", root.parent.path)) && [ ! -e \(ShellLine(root.path)) ] && \
            \(deletion.map { $0.folder.markLine(in: staging) + " && " } ?? "")\
            \(ShellLine("mv", staging, root.path))
            """
        return Self.refusal(try await phone.run(line), operation)
    }

    /// Renames everything, folder by folder, in as few shell lines as the phone takes.
    ///
    /// What has something in its way comes last, so that neither is there for as short as possible.
    mutating func move(_ shipment: Shipment) async throws -> StepFailure? {
        let enter = "cd \(ShellLine(staging)) && "
        let leave = " && \(ShellLine("rm", "-rf", staging))"
        let limit = ShellBatches.lineLimit(of: phone) - enter.utf8.count - leave.utf8.count
        let replaced = comparison.replaced
        guard !replaced.isEmpty else {
            return try await rename(shipment.moves(limit: limit), after: enter, then: leave, shipment)
        }
        let free = shipment.moves(of: shipment.others.filter { !replaced.contains($0) }, limit: limit)
        if let failure = try await rename(free, after: enter, then: "", shipment) { return failure }
        cleared = try await deletion?.clear(on: phone) ?? 0
        if let failure = try await make(shipment.folders.filter(replaced.contains)) { return failure }
        let last = shipment.moves(of: shipment.others.filter(replaced.contains), limit: limit)
        if let failure = try await rename(last, after: enter, then: leave, shipment) { return failure }
        guard last.isEmpty, !free.isEmpty else { return nil }
        return Self.refusal(try await phone.run(ShellLine("rm", "-rf", staging).description), operation)
    }

    private func rename(
        _ lines: [String], after enter: String, then leave: String, _ shipment: Shipment
    ) async throws -> StepFailure? {
        for (number, line) in lines.enumerated() {
            let whole = enter + line + (number + 1 == lines.count ? leave : "")
            guard let failure = Self.refusal(try await phone.run(whole), operation) else { continue }
            return try await whatIsInTheWay(of: shipment) ?? failure
        }
        return nil
    }

    /// What stands where a folder on the way to a file is due; asked only when a renaming has failed.
    private func whatIsInTheWay(of shipment: Shipment) async throws -> StepFailure? {
        var folders: Set<RemotePath> = []
        for number in shipment.others {
            var folder = table.places.paths[number].parent
            while folder.path != table.root.path, folders.insert(folder).inserted { folder = folder.parent }
        }
        let places = folders.sorted()
        let found = try await phone.status(of: places)
        let first = zip(places, found).first { $0.1?.kind == .file || $0.1?.kind == .other }
        return first.map { inTheWay("\($0.0) is no folder on the phone", isBelow: true) }
    }

    private static func refusal(_ result: CommandResult, _ operation: String) -> StepFailure? {
        guard result.exit != 0 else { return nil }
        let said = PhoneWords(result.errorText.isEmpty ? result.text : result.errorText).firstLine
        return StepFailure(
            code: "refused", operation: operation, reason: said.isEmpty ? "the files could not be renamed" : said)
    }
}
