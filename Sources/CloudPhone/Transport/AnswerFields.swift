public import JSON
public import Secrets

/// The members of one JSON object of an answer, read by name and type.
///
/// A member that is missing or null is nil, since the service leaves out what it has not; one of another type is a fault.
/// The same reading, done on nothing, tells the shape of an answer: see ``shape(of:)``.
public struct AnswerFields {
    private let members: [String: JSONValue]
    private let record: FieldRecord?
    private let callID: String?

    /// Reads a value, which must be a mapping.
    ///
    /// - Parameter callID: The call's id from the answer's header, for bodies without one.
    public init(_ value: JSONValue, callID: String? = nil) throws(AnswerFault) {
        guard let members = value.members else { throw AnswerFault("", "an object", value) }
        self.members = members
        self.callID = callID
        record = nil
    }

    private init(_ members: [String: JSONValue], callID: String?) {
        self.members = members
        self.callID = callID
        record = nil
    }

    private init(_ record: FieldRecord) {
        members = [:]
        callID = nil
        self.record = record
    }

    /// The fields that `make` reads.
    public static func shape<Value>(of make: (AnswerFields) throws(AnswerFault) -> Value) -> [OperationField] {
        let record = FieldRecord()
        // On nothing there is nothing of a wrong type.
        _ = try? make(AnswerFields(record))
        return record.fields
    }

    /// A text.
    public func text(_ name: String) throws(AnswerFault) -> String? {
        guard let value = value(name, .text) else { return nil }
        guard let text = value.text else { throw AnswerFault(name, "text", value) }
        return text
    }

    /// A text that lets in whoever has it, and so is printed nowhere.
    public func secret(_ name: String) throws(AnswerFault) -> Secret? {
        guard let value = value(name, .text, isSecret: true) else { return nil }
        guard let text = value.text else { throw AnswerFault(name, "text", value) }
        return Secret(name: name, text)
    }

    /// A text that names something; empty when it is missing.
    public func name(_ name: String) throws(AnswerFault) -> String { try text(name) ?? "" }

    /// An address, which has a name and the one that it had before; nil when neither says anything.
    func address(_ name: String, once old: String? = nil) throws(AnswerFault) -> String? {
        let before: String? = if let old { try text(old) } else { nil }
        return [try text(name), before].compactMap { $0 }.first { !$0.isEmpty }
    }

    /// A whole number.
    public func integer(_ name: String) throws(AnswerFault) -> Int? {
        guard let value = value(name, .integer) else { return nil }
        guard let number = value.integer.flatMap(Int.init(exactly:)) else {
            throw AnswerFault(name, "a whole number", value)
        }
        return number
    }

    /// A flag.
    public func flag(_ name: String) throws(AnswerFault) -> Bool? {
        guard let value = value(name, .boolean) else { return nil }
        guard let flag = value.flag else { throw AnswerFault(name, "true or false", value) }
        return flag
    }

    /// Texts in order; none when the list is missing.
    public func texts(_ name: String) throws(AnswerFault) -> [String] {
        guard let value = value(name, .list(.text)) else { return [] }
        guard let elements = value.elements else { throw AnswerFault(name, "a list", value) }
        var texts: [String] = []
        for (place, element) in elements.enumerated() {
            guard let text = element.text else { throw AnswerFault("\(name)[\(place)]", "text", element) }
            texts.append(text)
        }
        return texts
    }

    /// Texts by name; none when the mapping is missing.
    public func textMap(_ name: String) throws(AnswerFault) -> [String: String] {
        guard let value = value(name, .textMap) else { return [:] }
        guard let members = value.members else { throw AnswerFault(name, "an object", value) }
        var texts: [String: String] = [:]
        for (key, member) in members {
            guard let text = member.text else { throw AnswerFault("\(name).\(key)", "text", member) }
            texts[key] = text
        }
        return texts
    }

    /// An object.
    public func object<Value>(
        _ name: String, _ make: (AnswerFields) throws(AnswerFault) -> Value
    ) throws(AnswerFault) -> Value? {
        if let record { record.note(name, .object(Self.shape(of: make))) }
        guard let value = members[name], value != .null else { return nil }
        do {
            return try make(AnswerFields(value, callID: callID))
        } catch { throw error.inside(name) }
    }

    /// Objects in order; none when the list is missing.
    public func list<Value>(
        _ name: String, _ make: (AnswerFields) throws(AnswerFault) -> Value
    ) throws(AnswerFault) -> [Value] {
        if let record { record.note(name, .list(.object(Self.shape(of: make)))) }
        guard let value = members[name], value != .null else { return [] }
        guard let elements = value.elements else { throw AnswerFault(name, "a list", value) }
        var values: [Value] = []
        values.reserveCapacity(elements.count)
        for (place, element) in elements.enumerated() {
            do {
                values.append(try make(AnswerFields(element, callID: callID)))
            } catch { throw error.inside("\(name)[\(place)]") }
        }
        return values
    }

    /// The same, and what is read does not count as part of the shape.
    var unnoted: Self { Self(members, callID: callID) }

    /// All there is, as it came.
    public var whole: JSONValue { .object(members) }

    /// The id of the call, from the body or else from the header; empty when neither has one.
    public func requestID() throws(AnswerFault) -> String {
        if let text = try text("request_id"), !text.isEmpty { return text }
        return callID ?? ""
    }

    private func value(_ name: String, _ type: OperationField.Kind, isSecret: Bool = false) -> JSONValue? {
        record?.note(name, type, isSecret: isSecret)
        guard let value = members[name], value != .null else { return nil }
        return value
    }
}

/// Notes which fields were asked for.
private final class FieldRecord {
    private(set) var fields: [OperationField] = []

    func note(_ name: String, _ type: OperationField.Kind, isSecret: Bool = false) {
        guard !fields.contains(where: { $0.name == name }) else { return }
        fields.append(OperationField(name, type, isSecret: isSecret))
    }
}

/// A member of an answer that is not what the service's documents say.
public struct AnswerFault: Error, Hashable, Sendable, CustomStringConvertible {
    /// Where it is: `servers[3].status`.
    public let place: String
    private let wanted: String
    private let found: String

    init(_ place: String, _ wanted: String, _ value: JSONValue) {
        self.place = place
        self.wanted = wanted
        found = value.kindName
    }

    private init(_ place: String, wanted: String, found: String) {
        self.place = place
        self.wanted = wanted
        self.found = found
    }

    /// The same fault as seen from one level further up.
    func inside(_ outer: String) -> Self {
        Self(place.isEmpty ? outer : "\(outer).\(place)", wanted: wanted, found: found)
    }

    /// `servers[3].status is text and should be a whole number`.
    public var description: String { "\(place.isEmpty ? "the answer" : place) is \(found) and should be \(wanted)" }
}
