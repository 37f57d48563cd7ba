import DroverTesting
import Farm
import Testing

/// Random selectors against a model that asks one phone at a time.
@Suite struct SelectorModelTests {
    /// What a selector means, phone by phone; nil is "not known".
    private indirect enum Model {
        case all
        case atom(String, @Sendable (Phone) -> Bool?)
        case not(Model)
        case and([Model])
        case or([Model])

        func holds(_ phone: Phone) -> Bool? {
            switch self {
            case .all: true
            case .atom(_, let test): test(phone)
            case .not(let inner): inner.holds(phone).map { !$0 }
            case .and(let nodes): Self.fold(nodes.map { $0.holds(phone) }, decidedBy: false)
            case .or(let nodes): Self.fold(nodes.map { $0.holds(phone) }, decidedBy: true)
            }
        }

        /// One deciding answer decides; otherwise an unknown one leaves it open.
        private static func fold(_ answers: [Bool?], decidedBy deciding: Bool) -> Bool? {
            if answers.contains(where: { $0 == deciding }) { return deciding }
            return answers.contains(where: { $0 == nil }) ? nil : !deciding
        }

        func text(_ numbers: inout SeededNumbers) -> String {
            switch self {
            case .all: return "all"
            case .atom(let text, _): return text
            case .not(let inner): return "not " + inner.operandText(&numbers)
            case .and(let nodes): return nodes.map { $0.operandText(&numbers) }.joined(separator: " and ")
            case .or(let nodes):
                var text = nodes[0].operandText(&numbers)
                for node in nodes.dropFirst() {
                    text += Bool.random(using: &numbers) ? ", " : " or "
                    text += node.operandText(&numbers)
                }
                return text
            }
        }

        private func operandText(_ numbers: inout SeededNumbers) -> String {
            switch self {
            case .and, .or: "(\(text(&numbers)))"
            case .all, .atom, .not: text(&numbers)
            }
        }
    }

    private static let count = 130

    private func farm() throws -> Inventory {
        let servers = (1...3).map { Server(name: "rack-\($0)", adbServer: Address(host: "r\($0)", port: 5037)) }
        let phones = (1...Self.count).map { number in
            Phone(
                name: (number < 10 ? "p-00" : number < 100 ? "p-0" : "p-") + "\(number)",
                waysIn: [.tcp(Address(host: "h", port: 1))],
                labels: [number % 2 == 0 ? "even" : "odd", number % 5 == 0 ? "five" : "plain"],
                server: number % 4 == 0 ? nil : "rack-\(number % 4)", serial: "S\(number)",
                properties: number % 7 == 0 ? [:] : ["ro.build.version.sdk": "\(20 + number % 15)"])
        }
        return try Inventory(
            phones: phones, servers: servers,
            groups: [
                Group(name: "mixed", selector: "five and not rack-1"), Group(name: "low", selector: "sdk=..25, mixed"),
            ]
        ).adding(
            health: PhoneHealth(
                quarantined: Set(phones.map(\.name).filter { $0.hasSuffix("3") }),
                missing: Set(phones.map(\.name).filter { $0.hasPrefix("p-05") })))
    }

    private func atom(_ numbers: inout SeededNumbers) -> Model {
        @Sendable func number(_ phone: Phone) -> Int { Int(phone.name.dropFirst(2)) ?? 0 }
        @Sendable func sdk(_ phone: Phone) -> Int? { phone.properties["ro.build.version.sdk"].flatMap { Int($0) } }
        let first = Int.random(in: 1...Self.count, using: &numbers)
        let last = Int.random(in: first...Self.count, using: &numbers)
        let level = Int.random(in: 20...34, using: &numbers)
        func padded(_ number: Int) -> String { String("00\(number)".suffix(3)) }
        switch Int.random(in: 0...14, using: &numbers) {
        case 0: return .all
        case 1: return .atom("p-\(padded(first))") { number($0) == first }
        case 2: return .atom("p-[\(padded(first))-\(padded(last))]") { (first...last).contains(number($0)) }
        case 3: return .atom("p-?0?") { number($0) / 10 % 10 == 0 }
        case 4: return .atom("p-*5") { number($0) % 10 == 5 }
        case 5: return .atom("rack-\(first % 3 + 1)") { $0.server == "rack-\(first % 3 + 1)" }
        case 6: return .atom("even") { number($0) % 2 == 0 }
        case 7: return .atom("label=five") { number($0) % 5 == 0 }
        case 8: return .atom("mixed") { number($0) % 5 == 0 && $0.server != "rack-1" }
        case 9: return .atom("sdk=\(level)..") { phone in sdk(phone).map { $0 >= level } }
        case 10: return .atom("sdk=..\(level)") { phone in sdk(phone).map { $0 <= level } }
        case 11: return .atom("quarantined") { number($0) % 10 == 3 }
        case 12: return .atom("missing") { number($0) / 10 == 5 }
        case 13: return .atom("healthy") { number($0) % 10 != 3 && number($0) / 10 != 5 }
        default:
            return .or([
                .atom("low") { phone in
                    if number(phone) % 5 == 0 && phone.server != "rack-1" { return true }
                    return sdk(phone).map { $0 <= 25 }
                }
            ])
        }
    }

    private func node(_ depth: Int, _ numbers: inout SeededNumbers) -> Model {
        guard depth > 0 else { return atom(&numbers) }
        switch Int.random(in: 0...3, using: &numbers) {
        case 0: return atom(&numbers)
        case 1: return .not(node(depth - 1, &numbers))
        case 2: return .and((0...Int.random(in: 1...2, using: &numbers)).map { _ in node(depth - 1, &numbers) })
        default: return .or((0...Int.random(in: 1...2, using: &numbers)).map { _ in node(depth - 1, &numbers) })
        }
    }

    @Test(arguments: 0..<8)
    func `random selectors pick what the model picks`(seed: Int) throws {
        var numbers = SeededNumbers(seed: UInt64(seed))
        let farm = try farm()
        for _ in 0..<250 {
            let model = node(4, &numbers)
            let text = model.text(&numbers)
            let selection = try farm.select(text)
            let answers = farm.phones.map { (name: $0.name, holds: model.holds($0)) }
            let expected = answers.filter { $0.holds != false }.map(\.name)
            let undecided = answers.filter { $0.holds == nil }.map(\.name)
            guard selection.phones.map(\.name) == expected, selection.undecided == Set(undecided) else {
                Issue.record("seed \(seed): \(text)")
                return
            }
        }
    }

    @Test(arguments: 0..<4)
    func `a random limit picks a subset`(seed: Int) throws {
        var numbers = SeededNumbers(seed: UInt64(1000 + seed))
        let farm = try farm()
        for _ in 0..<150 {
            let (base, limit) = (node(3, &numbers), node(3, &numbers))
            let (baseText, limitText) = (base.text(&numbers), limit.text(&numbers))
            let bound = try farm.bind(PhoneSelector(parsing: limitText))
            let selection = try farm.bind(PhoneSelector(parsing: baseText)).evaluate(limit: bound)
            let expected = farm.phones.filter { base.holds($0) != false && limit.holds($0) != false }.map(\.name)
            guard selection.phones.map(\.name) == expected else {
                Issue.record("seed \(seed): \(baseText) limited by \(limitText)")
                return
            }
        }
    }

    @Test(arguments: 0..<4)
    func `no text crashes the parser`(seed: Int) throws {
        var numbers = SeededNumbers(seed: UInt64(2000 + seed))
        let farm = try farm()
        let words = [
            "and", "or", "not", "pick", "of", "(", ")", ",", "all", "p-[001-003]", "5", "10%", "sdk=33..", "=", "[",
            "]",
            "*", "?", "model='a b'", "\"", "é", "rack-1", "..", "label=", "\u{0}", "p-",
            "healthy", "missing",
        ]
        for _ in 0..<300 {
            let count = Int.random(in: 0...9, using: &numbers)
            let text = (0..<count).map { _ in words.randomElement(using: &numbers) ?? "" }
                .joined(separator: Bool.random(using: &numbers) ? " " : "")
            do {
                _ = try farm.select(text)
            } catch {
                let length = error.text.utf8.count
                #expect(error.text == text && error.offset <= length && (error.span?.upperBound ?? 0) <= length)
            }
        }
    }
}
