public import Farm
public import Planning
public import PlaybookLanguage

/// What phones are asked about themselves, because expressions of the plan speak of it.
///
/// The inventory knows names and labels, and the greeting tells the model; the Android version, for one, must be asked for,
/// which costs a round trip. So exactly what a plan needs and nobody knows is asked, once for each phone.
public struct PhoneQuestions: Sendable {
    /// The keys of `getprop` that expressions speak of.
    private let keys: [String: String]
    /// Whether they speak of `phone.properties`, which are all of them.
    private let needsAll: Bool

    /// Collects what the expressions of a plan speak of.
    public init(of plan: Plan) {
        var keys: [String: String] = [:]
        for (field, key) in PhoneProperty.keys where plan.phoneFields.contains(field) { keys[field] = key }
        self.keys = keys
        needsAll = plan.phoneFields.contains("properties")
    }

    /// Whether everything is known before the phone is connected.
    func areAnswered(by fields: [String: Value]) -> Bool { !needsAll && missing(in: fields).isEmpty }

    /// The fields of a phone, with what it answers to what is missing of them.
    ///
    /// - Throws: `PhoneError`.
    public func fields(of phone: any ConnectedTarget, knowing fields: [String: Value]) async throws -> [String: Value] {
        guard !areAnswered(by: fields) else { return fields }
        return PhoneFields.adding(try await ask(phone, knowing: fields), to: fields)
    }

    /// Asks a phone for what is missing.
    ///
    /// - Parameter fields: What is known of it.
    /// - Returns: Answers by key of `getprop`.
    /// - Throws: `PhoneError`.
    func ask(_ phone: any ConnectedTarget, knowing fields: [String: Value]) async throws -> [String: String] {
        if let phone = phone as? any BatchedPhone { return try await ask(phone, knowing: fields) }
        if needsAll { return Self.properties(in: try await phone.run("getprop").text) }
        var missing = missing(in: fields)
        var answers: [String: String] = [:]
        for (field, key) in missing {
            // An adb server puts `_` for every odd character, and then the phone's own word is wanted.
            guard let told = phone.facts[field], !told.contains("_") else { continue }
            answers[key] = told
            missing[field] = nil
        }
        guard !missing.isEmpty else { return answers }
        let keys = missing.values.sorted()
        let result = try await phone.run(keys.map { "getprop \($0)" }.joined(separator: "; "))
        let lines = result.text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        for (key, line) in zip(keys, lines) where !line.isEmpty { answers[key] = line }
        return answers
    }

    /// A service takes no two lines at once, and cuts what is long.
    private func ask(_ phone: any BatchedPhone, knowing fields: [String: Value]) async throws -> [String: String] {
        guard !needsAll else {
            throw PhoneError(
                .unsupported, operation: "ask for `phone.properties`",
                reason: "the service of \(phone.id.name) cuts answers at 1024 bytes",
                advice: "name the properties that are wanted, or reach the phone over ADB", mayHaveBeenSent: false)
        }
        var answers: [String: String] = [:]
        for key in missing(in: fields).values.sorted() {
            let line = try await phone.ask("getprop \(key)").text
            if !line.isEmpty { answers[key] = line }
        }
        return answers
    }

    private func missing(in fields: [String: Value]) -> [String: String] {
        keys.filter { fields[$0.key] == nil || fields[$0.key] == .null }
    }

    /// Reads lines of the form `[ro.product.model]: [Pixel 8]`; others are left out.
    static func properties(in text: String) -> [String: String] {
        var properties: [String: String] = [:]
        for line in text.split(whereSeparator: \.isNewline) {
            guard line.hasPrefix("["), line.hasSuffix("]"), let middle = line.firstRange(of: "]: [") else { continue }
            let key = line[line.index(after: line.startIndex)..<middle.lowerBound]
            properties[String(key)] = String(line[middle.upperBound...].dropLast())
        }
        return properties
    }
}
