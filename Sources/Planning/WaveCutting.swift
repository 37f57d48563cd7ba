import Farm
import PlaybookLanguage
import SourceText

/// Cuts a play's targets into waves.
struct WaveCutting {
    /// The plan's targets.
    let targets: [PlannedTarget]
    /// What the order of the targets is drawn from.
    let seed: UInt64
    /// Where the waves' expressions find their values.
    let scope: Scope

    /// The waves; one of everybody when nothing is written.
    ///
    /// - Parameter members: The play's targets, as positions in ``targets``.
    /// - Throws: ``PlaybookError`` when a size or a pause cannot be evaluated.
    func waves(_ call: WavesCall?, of members: [Int]) throws(PlaybookError) -> [PlannedWave] {
        guard let call else { return [PlannedWave(targets: members)] }
        var waves: [PlannedWave] =
            switch call.shape {
            case .sizes(let sizes): try cut(members, sizes)
            case .byServer(let atMost, let each): try cut(members, atMost, each)
            }
        guard waves.count > 1 else { return waves.isEmpty ? [PlannedWave(targets: members)] : waves }
        let first = waves[0]
        waves[0] = PlannedWave(targets: first.targets, pause: first.pause, gate: first.gate, isCanary: true)
        // Nobody waits for what comes after the last one.
        let last = waves[waves.count - 1]
        waves[waves.count - 1] = PlannedWave(targets: last.targets, gate: last.gate)
        return waves
    }

    /// Sizes add up: each says how many have had their turn after it.
    ///
    /// Whoever is left comes last.
    private func cut(_ members: [Int], _ sizes: [WaveCall]) throws(PlaybookError) -> [PlannedWave] {
        let order = ModelsFirst.order(
            members.map { (name: targets[$0].id.name, model: targets[$0].model) }, seed: seed
        ).map { members[$0] }
        var waves: [PlannedWave] = []
        var begun = 0
        for size in sizes {
            let upTo = try size.size?.value(in: scope).roundedUp(of: members.count) ?? members.count
            guard upTo > begun, begun < members.count else { continue }
            let end = min(upTo, members.count)
            waves.append(try wave(Array(order[begun..<end]), size))
            begun = end
        }
        if begun < members.count { waves.append(PlannedWave(targets: Array(order[begun...]).sorted())) }
        return waves
    }

    /// Whole servers, by name; phones of no server come last, in a wave of their own.
    private func cut(
        _ members: [Int], _ atMost: Argument<Int>?, _ each: WaveCall
    ) throws(PlaybookError) -> [PlannedWave] {
        let width = max(1, try atMost?.value(in: scope) ?? 1)
        let byServer = Dictionary(grouping: members) { targets[$0].serverName ?? "" }
        let servers = byServer.keys.filter { !$0.isEmpty }.sorted()
        var waves: [PlannedWave] = []
        for start in stride(from: 0, to: servers.count, by: width) {
            let names = servers[start..<min(start + width, servers.count)]
            waves.append(try wave(names.flatMap { byServer[$0] ?? [] }.sorted(), each))
        }
        if let others = byServer[""] { waves.append(try wave(others, each)) }
        return waves
    }

    private func wave(_ members: [Int], _ call: WaveCall) throws(PlaybookError) -> PlannedWave {
        let pause: PlannedPause? =
            switch call.pause {
            case nil: nil
            case .duration(let duration): .duration(try duration.value(in: scope))
            case .person(let text): .person(try text?.text(in: scope) ?? "Go on with the next wave?")
            }
        return PlannedWave(targets: members, pause: pause, gate: call.gate)
    }
}
