/// Turns the words of a selector into a tree.
///
///     list    = operand { ("and" | "or" | ",") operand }      one kind of word only
///     operand = "not" operand | "(" list ")" | pick | name | key=value | "all" | state
///     pick    = "pick" (N | N%) [ "of" "(" list ")" ]
///     state   = "healthy" | "quarantined" | "missing"
struct SelectorParser {
    /// Deeper nesting is nobody's selector, and the tree is walked by recursion.
    private static let maximumDepth = 64

    private let tokens: [SelectorToken]
    private let text: String
    private let bytes: [UInt8]
    private var next = 0
    private var depth = 0

    init(tokens: [SelectorToken], text: String) {
        self.tokens = tokens
        self.text = text
        bytes = Array(text.utf8)
    }

    /// Reads the whole text.
    mutating func parse() throws(FarmError) -> SelectorNode {
        guard tokens[0].kind != .end else {
            throw FarmError(
                .emptySelector, text, "the selector is empty, and an empty selector never means all",
                suggestion: "write all if you mean every phone")
        }
        let node = try list()
        guard current.kind == .end else { throw unexpected(current) }
        return node
    }

    private var current: SelectorToken { tokens[next] }

    // MARK: Lists

    private enum Joint { case and, or }

    private typealias Operand = (node: SelectorNode, span: Range<Int>)

    /// A part of a suggestion; of a `pick` that does not say of what, the words without parentheses.
    private struct Offer {
        let text: String
        var barePick: String?
    }

    private mutating func list() throws(FarmError) -> SelectorNode {
        var operands: [Operand] = [try operand()]
        var joints: [Joint] = []
        while let joint = joint() {
            next += 1
            joints.append(joint)
            operands.append(try operand())
        }
        guard let first = joints.first else { return operands[0].node }
        if joints.contains(.and), joints.contains(.or) { throw mixed(operands, joints) }
        if first == .and { try refuseBarePick(operands) }
        let nodes = operands.map(\.node)
        return first == .and ? .and(nodes) : .or(nodes)
    }

    private func joint() -> Joint? {
        switch current.kind {
        case .comma, .word("or"): .or
        case .word("and"): .and
        default: nil
        }
    }

    /// Both readings are offered, because half of the world binds `and` tighter and the other half reads from the left.
    private func mixed(_ operands: [Operand], _ joints: [Joint]) -> FarmError {
        let offers = operands.map(offer)
        let forms = [Joint.and, .or].map { inner in
            var groups: [[Offer]] = [[offers[0]]]
            for (joint, offer) in zip(joints, offers.dropFirst()) {
                if joint == inner { groups[groups.count - 1].append(offer) } else { groups.append([offer]) }
            }
            let parts = groups.map { group in
                group.count == 1 ? group[0] : Offer(text: "(\(Self.joined(group, by: inner)))")
            }
            return Self.joined(parts, by: inner == .and ? .or : .and)
        }
        let place = (operands[0].span.upperBound..<(operands.last?.span.upperBound ?? bytes.count))
        return FarmError(
            .mixedWords, text, at: place, "\"and\" and \"or\" are mixed, which can be read in two ways",
            suggestion: "write \"\(forms[0])\" or write \"\(forms[1])\"")
    }

    private func slice(_ span: Range<Int>) -> String { String(decoding: bytes[span], as: UTF8.self) }

    private func offer(_ operand: Operand) -> Offer {
        var offer = Offer(text: slice(operand.span))
        if case .pick(let amount, from: nil) = operand.node { offer.barePick = "pick \(amount)" }
        return offer
    }

    /// A text that parses: beside `and` a `pick` is given the other parts to choose from.
    private static func joined(_ offers: [Offer], by joint: Joint) -> String {
        let isPick: (Offer) -> Bool = { $0.barePick != nil }
        guard joint == .and, offers.count > 1, let place = offers.firstIndex(where: isPick) else {
            return offers.map(\.text).joined(separator: joint == .and ? " and " : " or ")
        }
        var others = offers
        let pick = others.remove(at: place)
        return "\(pick.barePick ?? pick.text) of (\(joined(others, by: .and)))"
    }

    /// `gold and pick 5` could mean five of the gold phones or those of any five phones that are gold.
    private func refuseBarePick(_ operands: [Operand]) throws(FarmError) {
        let offers = operands.map(offer)
        guard let place = offers.firstIndex(where: { $0.barePick != nil }) else { return }
        throw FarmError(
            .selectorSyntax, text, at: operands[place].span, "it is not clear of what this picks",
            suggestion: "write \(Self.joined(offers, by: .and))")
    }

    // MARK: Operands

    private mutating func operand() throws(FarmError) -> Operand {
        let start = current.span
        depth += 1
        defer { depth -= 1 }
        guard depth <= Self.maximumDepth else {
            throw FarmError(.selectorSyntax, text, at: start, "the selector is nested too deeply")
        }
        let node = try operandNode()
        return (node, start.lowerBound..<tokens[next - 1].span.upperBound)
    }

    private mutating func operandNode() throws(FarmError) -> SelectorNode {
        let token = current
        if case .word(let word) = token.kind, let state = PhoneState(rawValue: word) {
            next += 1
            return .state(state)
        }
        switch token.kind {
        case .open:
            next += 1
            return try closing(token)
        case .word("not"):
            next += 1
            let inner = try operand()
            if case .pick(let amount, from: nil) = inner.node {
                throw FarmError(
                    .selectorSyntax, text, at: inner.span, "it is not clear of what this picks",
                    suggestion: "write not pick \(amount) of (all)")
            }
            return .not(inner.node)
        case .word("pick"):
            next += 1
            return try pick()
        case .word("all"):
            next += 1
            return .all
        case .word(let word) where !FarmName.reservedWords.contains(word):
            next += 1
            return .name(word, at: token.span)
        case .property(let key, let value):
            next += 1
            return .property(try PropertyCondition(key: key, value: value, at: token.span, of: text), at: token.span)
        default: throw unexpected(token)
        }
    }

    /// Reads a list up to the parenthesis that closes `open`.
    private mutating func closing(_ open: SelectorToken) throws(FarmError) -> SelectorNode {
        let node = try list()
        guard current.kind == .close else {
            if current.kind == .end {
                throw FarmError(.selectorSyntax, text, at: open.span, "this parenthesis is never closed")
            }
            throw unexpected(current)
        }
        next += 1
        return node
    }

    private mutating func pick() throws(FarmError) -> SelectorNode {
        guard case .word(let word) = current.kind, let amount = Self.amount(word) else {
            throw FarmError(
                .selectorSyntax, text, at: current.span, "pick is followed by a number of phones or a percentage",
                suggestion: "such as pick 5 of (all) or pick 10% of (all)")
        }
        next += 1
        guard current.kind == .word("of") else { return .pick(amount, from: nil) }
        next += 1
        let open = current
        guard open.kind == .open else {
            let source =
                switch open.kind {
                case .word(let name) where !FarmName.operators.contains(name.lowercased()): name
                case .property: slice(open.span)
                default: "all"
                }
            throw FarmError(
                .selectorSyntax, text, at: open.span, "what pick chooses from stands in parentheses",
                suggestion: "such as pick \(word) of (\(source))")
        }
        next += 1
        return .pick(amount, from: try closing(open))
    }

    private static func amount(_ word: String) -> SelectorNode.Amount? {
        let isPercent = word.hasSuffix("%")
        let digits = isPercent ? word.dropLast() : word[...]
        guard !digits.isEmpty, digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let number = Int(digits) else {
            return nil
        }
        guard number >= 1, !isPercent || number <= 100 else { return nil }
        return isPercent ? .percent(number) : .count(number)
    }

    // MARK: Mistakes

    private func unexpected(_ token: SelectorToken) -> FarmError {
        let isAfterOperand = next > 0 && !isJoint(tokens[next - 1].kind)
        switch token.kind {
        case .end:
            return FarmError(.selectorSyntax, text, at: token.span, "the selector ends where a name is due")
        case .close where !isAfterOperand:
            return FarmError(.selectorSyntax, text, at: token.span, "a name is due before this parenthesis")
        case .close:
            return FarmError(.selectorSyntax, text, at: token.span, "this parenthesis was never opened")
        case .word("not") where isAfterOperand:
            return FarmError(
                .selectorSyntax, text, at: token.span, "a word is missing before not", suggestion: "write and not")
        case .word(let word) where isAfterOperand && FarmName.operators.contains(word.lowercased()):
            return FarmError(
                .selectorSyntax, text, at: token.span, "\"\(word)\" cannot stand here",
                suggestion: word == word.lowercased() ? nil : "did you mean \(word.lowercased())?")
        case .word, .property, .open:
            guard isAfterOperand else {
                return FarmError(.selectorSyntax, text, at: token.span, "a name is due here, not \(slice(token.span))")
            }
            let isAfterProperty = if case .property = tokens[next - 1].kind { true } else { false }
            return FarmError(
                .selectorSyntax, text, at: token.span, "a comma, \"and\", \"or\" or \"and not\" is due before this",
                suggestion: isAfterProperty ? "quote a value with blanks, such as model=\"Pixel 8\"" : nil)
        case .comma:
            return FarmError(.selectorSyntax, text, at: token.span, "a name is due before this comma")
        }
    }

    private func isJoint(_ kind: SelectorToken.Kind) -> Bool {
        switch kind {
        case .comma, .open, .word("and"), .word("or"), .word("not"), .word("of"), .word("pick"): true
        default: false
        }
    }
}
