import SourceText

/// Reads `waves`: a list of sizes, or a mapping with what holds for each.
enum WavesReader {
    static func read(_ node: Node?, names: NameTable, _ diagnostics: inout Diagnostics) -> WavesCall? {
        guard let node else { return nil }
        // Sizes and gates are looked at once for all targets, so nothing of a single one is known.
        var names = names
        names.hasPhone = false
        names.hasSteps = false
        if let members = node.sequence {
            return sizes(members, node, pause: nil, gate: nil, names, &diagnostics)
        }
        guard node.mapping != nil else {
            diagnostics.error(
                "wrong-type", "`waves` is a list of sizes, this is \(node.phrase)", at: node.span,
                help: "write `waves: [1, 5%, 100%]`")
            return nil
        }
        var arguments = StepArguments(keyword: "waves", at: node.span, node: node, names: names)
        let hasSizes = arguments.has("sizes")
        let by = arguments.optionalChoice("by", of: ["server"])
        let atMost = arguments.optionalInteger("at-most", in: 1...1_000_000)
        let pause = pause(node, &arguments, names, &diagnostics)
        let gate = gate(node, &arguments, names, &diagnostics)
        let mistakes = arguments.finish()
        diagnostics.add(contentsOf: mistakes)
        if let by {
            if hasSizes {
                diagnostics.error(
                    "contradiction", "waves are cut by `sizes` or by `server`, not by both", at: by.span,
                    help: "leave out one of the two")
            }
            let each = WaveCall(size: nil, pause: pause, gate: gate)
            return WavesCall(shape: .byServer(atMost: atMost, each: each), span: node.span)
        }
        if let atMost {
            diagnostics.error(
                "missing-key", "`at-most` counts servers, and needs `by: server`", at: atMost.span,
                help: "add `by: server`")
        }
        guard hasSizes, let list = node["sizes"] else {
            if !mistakes.hasErrors {
                diagnostics.error(
                    "missing-key", "`waves` needs `sizes` or `by`", at: node.span,
                    help: "add `sizes: [1, 5%, 100%]` or `by: server`")
            }
            return nil
        }
        guard let members = list.sequence else {
            diagnostics.error(
                "wrong-type", "`sizes` is a list, this is \(list.phrase)", at: list.span, help: "write `[1, 5%, 100%]`")
            return nil
        }
        return sizes(members, list, pause: pause, gate: gate, names, &diagnostics)
    }

    private static func sizes(
        _ members: [Node], _ node: Node, pause: PauseCall?, gate: Expression?, _ names: NameTable,
        _ diagnostics: inout Diagnostics
    ) -> WavesCall? {
        guard !members.isEmpty else {
            diagnostics.error(
                "empty", "`waves` is empty", at: node.span, help: "leave the key out to take all at once")
            return nil
        }
        let waves = members.map { wave($0, pause, gate, names, &diagnostics) }
        checkGrowth(waves, &diagnostics)
        return WavesCall(shape: .sizes(waves), span: node.span)
    }

    private static func wave(
        _ node: Node, _ pause: PauseCall?, _ gate: Expression?, _ names: NameTable, _ diagnostics: inout Diagnostics
    ) -> WaveCall {
        var arguments = StepArguments(keyword: "wave", at: node.span, node: node, names: names)
        let size = arguments.value("size", .waveSize, bare: true)
        let own = self.pause(node, &arguments, names, &diagnostics)
        let ownGate = self.gate(node, &arguments, names, &diagnostics)
        diagnostics.add(contentsOf: arguments.finish())
        return WaveCall(size: size, pause: own ?? pause, gate: ownGate ?? gate)
    }

    private static func pause(
        _ node: Node, _ arguments: inout StepArguments, _ names: NameTable, _ diagnostics: inout Diagnostics
    ) -> PauseCall? {
        guard arguments.has("pause"), let entry = node.mapping?.first(where: { $0.name == "pause" }) else { return nil }
        return PauseReader.read(entry.value, named: "pause", at: entry.key.span, names: names, &diagnostics)
    }

    private static func gate(
        _ node: Node, _ arguments: inout StepArguments, _ names: NameTable, _ diagnostics: inout Diagnostics
    ) -> Expression? {
        guard arguments.has("gate"), let gate = node["gate"] else { return nil }
        var names = names
        names.hasCounts = true
        return Expression(condition: gate, named: "gate", names: names, &diagnostics)
    }

    /// Sizes add up, so a later one that is not larger would be a wave of nobody.
    private static func checkGrowth(_ waves: [WaveCall], _ diagnostics: inout Diagnostics) {
        var largest: (count: Argument<Amount>?, percent: Argument<Amount>?) = (nil, nil)
        for wave in waves {
            guard let size = wave.size, let amount = size.literal else { continue }
            let earlier: Argument<Amount>?
            switch amount {
            case .count:
                earlier = largest.count
                largest.count = size
            case .percent:
                earlier = largest.percent
                largest.percent = size
            }
            guard let earlier, let before = earlier.literal, !grows(before, amount) else { continue }
            diagnostics.error(
                "no-growth", "this wave is not larger than the one before it", at: size.span,
                help: "sizes say how many phones have had their turn after the wave, those of earlier waves among them",
                notes: [.init("\(before.text) before", at: earlier.span)])
        }
    }

    private static func grows(_ before: Amount, _ after: Amount) -> Bool {
        switch (before, after) {
        case (.count(let before), .count(let after)): before < after
        case (.percent(let before), .percent(let after)): before < after
        default: true
        }
    }
}
