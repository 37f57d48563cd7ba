public import JSON

/// One operation of the service for those who know it only by name: what it takes, what it can do, and how it is called.
public struct CatalogedOperation: Sendable, CustomStringConvertible {
    /// Something that a call gives.
    public struct Argument: Hashable, Sendable {
        /// Where it travels.
        public enum Place: String, Hashable, Sendable {
            /// In a gap of the path.
            case path
            /// In the query.
            case query
            /// In the body.
            case body
        }

        /// Where it travels.
        public let place: Place
        /// Its name, type and rule.
        public let field: OperationField

        /// Whether a call without it is refused; what can have only one value is filled in.
        public var mustBeGiven: Bool { field.isRequired && field.onlyText == nil }
    }

    /// What is known of the jobs that it starts.
    public struct Jobs: Hashable, Sendable {
        /// What they are about.
        public let subject: JobSubject.Kind
        /// How soon and how long they are looked at.
        public let kind: JobKind
    }

    /// How its answer goes on.
    public struct Paging: Hashable, Sendable {
        /// The name of the list in the answer.
        public let listName: String
        /// The most entries of one page.
        public let mostPerPage: Int
        /// Whether pages begin at a `marker`, and not at an `offset`.
        public let hasMarker: Bool
        /// Whether pages are counted, by `page_no` and `page_size`.
        public let isNumbered: Bool
        /// The name of the number of all there are; nil when the answer has none.
        public let totalName: String?
    }

    /// What it sends and gets.
    public let shape: OperationShape
    /// The jobs that it starts; nil when it starts none.
    public let jobs: Jobs?
    /// How its list goes on; nil when it has no pages.
    public let paging: Paging?
    private let checkWhole: @Sendable ([String: JSONValue]) throws(CheckFault) -> Void
    private let readAnswer: @Sendable (JSONValue) throws(AnswerFault) -> CalledAnswer
    let send: @Sendable ([String: JSONValue], CloudClient, CallHooks) async throws -> CalledAnswer

    /// Describes an operation.
    public init<Operation: CloudOperation>(_ type: Operation.Type) {
        shape = Operation.shape
        jobs = (type as? any StartingOperation.Type).map { Jobs(subject: $0.subject, kind: $0.jobKind) }
        paging = (type as? any PagedOperation.Type).map { Paging($0) }
        checkWhole = { given throws(CheckFault) in try Operation.checkWhole(given) }
        readAnswer = { value throws(AnswerFault) in
            try NamedOperation<Operation>.answer(reading: try AnswerFields(value))
        }
        send = { try await $1.send(NamedOperation<Operation>(given: $0), hooks: $2) }
    }

    /// Its name in SDK and documents.
    public var name: String { shape.name }
    /// The name.
    public var description: String { name }

    /// Everything that a call gives, gaps of the path first.
    public var arguments: [Argument] {
        shape.gaps.map { Argument(place: .path, field: $0) } + shape.query.map { Argument(place: .query, field: $0) }
            + shape.body.map { Argument(place: .body, field: $0) }
    }

    /// Reads an answer of success that was kept.
    ///
    /// - Throws: ``AnswerFault`` for the first thing that is not as the service's documents have it.
    public func read(_ answer: JSONValue) throws(AnswerFault) -> CalledAnswer { try readAnswer(answer) }

    /// Looks at arguments before anything is sent.
    ///
    /// - Returns: What the service would refuse, a line for each; none when all is right.
    public func faults(in given: [String: JSONValue]) -> [ArgumentFault] {
        let given = shape.completed(given)
        let faults = shape.faults(in: given)
        guard faults.isEmpty else { return faults }
        do {
            try checkWhole(given)
            return []
        } catch { return [ArgumentFault("", error)] }
    }
}

extension CatalogedOperation.Paging {
    init(_ type: any PagedOperation.Type) {
        func paging<Operation: PagedOperation>(_ type: Operation.Type) -> Self {
            Self(
                listName: Operation.Element.listName, mostPerPage: Operation.mostPerPage,
                hasMarker: Operation.Element.hasMarker, isNumbered: Operation.isNumbered,
                totalName: Operation.Element.totalName)
        }
        self = paging(type)
    }
}
