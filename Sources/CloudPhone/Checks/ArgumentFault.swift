import SourceText

/// An argument of a call that the service would refuse, found before anything was sent.
public struct ArgumentFault: Error, Hashable, Sendable, CustomStringConvertible {
    /// Which one: `phones[1].phone_id`; empty when it is about all of them.
    public let place: String
    /// What is wrong, and what to do instead.
    public let fault: CheckFault

    /// Notes a fault.
    init(_ place: String, _ fault: CheckFault) {
        self.place = terminalSafe(place)
        self.fault = fault
    }

    init(_ place: String, _ reason: String, advice: String? = nil) {
        self.init(place, CheckFault(reason, advice: advice))
    }

    init(unknown place: String, _ name: String, among names: [String]) {
        let known = names.isEmpty ? "the call takes none" : "it takes \(names.joined(separator: ", "))"
        self.init(place, "there is no such argument", advice: suggestion(for: name, among: names) ?? known)
    }

    /// One line: `phones[1].phone_id: it is missing; id of a phone`.
    public var description: String { (place.isEmpty ? "" : "\(place): ") + fault.description }
}
