import SourceText

/// Reads the kinds of failure: `[lost, timed-out]`, or one word.
enum FailureKinds {
    static func read(_ node: Node, named key: String, _ diagnostics: inout Diagnostics) -> Set<FailureKind> {
        let words = FailureKind.allCases.map(\.rawValue)
        guard !node.isNull, node.mapping == nil, node.sequence?.isEmpty != true else {
            diagnostics.error(
                node.mapping == nil ? "empty" : "wrong-type",
                "`\(key)` names kinds of failure, this is \(node.sequence == nil ? node.phrase : "an empty list")",
                at: node.span, help: "the kinds are \(words.joined(separator: ", "))")
            return []
        }
        var kinds: Set<FailureKind> = []
        for member in node.sequence ?? [node] {
            guard let kind = member.text.flatMap(FailureKind.init) else {
                let word = member.text ?? ""
                diagnostics.error(
                    "wrong-type", "`\(key)` names kinds of failure, `\(word)` is none", at: member.span,
                    help: suggestion(for: word, among: words) ?? "the kinds are \(words.joined(separator: ", "))")
                continue
            }
            kinds.insert(kind)
        }
        return kinds
    }
}

/// Reads how much failure is borne: `max-fail` and `tolerate`.
enum FailureLimits {
    static func maxFail(_ node: Node?, names: NameTable, _ diagnostics: inout Diagnostics) -> MaxFailCall? {
        guard let node else { return nil }
        guard node.mapping != nil else {
            return Argument(reading: node, named: "max-fail", .amount, names: names, &diagnostics).map {
                MaxFailCall(run: $0, wave: nil, kinds: Set(FailureKind.allCases), span: node.span)
            }
        }
        var arguments = StepArguments(keyword: "max-fail", at: node.span, node: node, names: names)
        let run = arguments.optionalValue("run", .amount)
        let wave = arguments.optionalValue("wave", .amount)
        _ = arguments.has("kinds")
        let kinds = node["kinds"].map { FailureKinds.read($0, named: "kinds", &diagnostics) }
        let mistakes = arguments.finish()
        diagnostics.add(contentsOf: mistakes)
        if run == nil, wave == nil, !mistakes.hasErrors {
            diagnostics.error(
                "missing-key", "`max-fail` needs `run` or `wave`", at: node.span, help: "add `run: 3%` or `wave: 1`")
        }
        return MaxFailCall(run: run, wave: wave, kinds: kinds ?? Set(FailureKind.allCases), span: node.span)
    }

    static func tolerate(
        _ node: Node?, names: NameTable, _ diagnostics: inout Diagnostics
    ) -> [FailureKind: Argument<Amount>] {
        guard let node else { return [:] }
        guard let entries = node.mapping, !entries.isEmpty else {
            diagnostics.error(
                node.isNull || node.mapping != nil ? "empty" : "wrong-type",
                "`tolerate` says how many of which failures are borne, this is \(node.phrase)", at: node.span,
                help: "write `tolerate: { lost: 2% }`")
            return [:]
        }
        var arguments = StepArguments(keyword: "tolerate", at: node.span, node: node, names: names)
        var amounts: [FailureKind: Argument<Amount>] = [:]
        for kind in FailureKind.allCases { amounts[kind] = arguments.optionalValue(kind.rawValue, .amount) }
        diagnostics.add(contentsOf: arguments.finish())
        return amounts
    }
}

extension ArgumentKind where Result == Amount {
    /// A number, or a part of all: `5`, `2%`.
    static var amount: Self {
        let phrase = "a number or a percentage"
        return Self(phrase, types: [.integer, .text], isText: false) { value throws(TextMistake) in
            switch value {
            case .integer(let count):
                guard count >= 0, count <= 1_000_000 else { throw TextMistake("\(count) is out of range") }
                return .count(Int(count))
            case .text(let text): return try percent(text)
            case .number(let number):
                throw TextMistake("a whole number is needed", help: "did you mean `\(value.textForm ?? "\(number)")%`?")
            default: throw TextMistake.wrong(value, phrase)
            }
        }
    }

    /// The size of a wave, which holds somebody.
    static var waveSize: Self {
        let amount = Self.amount
        return Self(amount.phrase, types: amount.types, isText: amount.isText) { value throws(TextMistake) in
            let size = try amount.convert(value)
            guard size != .count(0), size != .percent(0) else { throw TextMistake("a wave of nobody") }
            return size
        }
    }

    private static func percent(_ text: String) throws(TextMistake) -> Amount {
        guard !text.isEmpty else { throw TextMistake("a number or a percentage is needed, this is an empty text") }
        if let count = Int(text), count >= 0, count <= 1_000_000 { return .count(count) }
        guard text.hasSuffix("%"), case let value? = CoreSchema.value(ofPlain: String(text.dropLast())) else {
            throw TextMistake("`\(text)` is no number and no percentage", help: "write 5 or 2%")
        }
        let percent: Double
        switch value {
        case .integer(let number): percent = Double(number)
        case .number(let number): percent = number
        default: throw TextMistake("`\(text)` is no number and no percentage", help: "write 5 or 2%")
        }
        guard percent >= 0, percent <= 100 else { throw TextMistake("\(text) is out of range: 0% to 100%") }
        return .percent(percent)
    }
}

extension ArgumentKind where Result == RunDeadline {
    /// A time of day, or a length of time.
    static var deadline: Self {
        let duration = ArgumentKind<Duration>.above("a deadline of nothing")
        let phrase = "a time of day or a duration"
        return Self(phrase, types: [.duration, .text], isText: false) { value throws(TextMistake) in
            guard case .text(let text) = value, text.contains(":") else {
                return .after(try duration.convert(value))
            }
            let parts = text.split(separator: ":", omittingEmptySubsequences: false)
            guard parts.count == 2, (1...2).contains(parts[0].count), parts[1].count == 2,
                text.utf8.allSatisfy({ (0x30...0x3A).contains($0) }),
                let hour = Int(parts[0]), let minute = Int(parts[1]), hour < 24, minute < 60
            else {
                throw TextMistake("`\(text)` is no time of day", help: "write it as 06:00, or as a duration such as 8h")
            }
            return .clock(hour: hour, minute: minute)
        }
    }
}
