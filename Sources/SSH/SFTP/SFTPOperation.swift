/// What a request does, put into words only when it fails.
struct SFTPOperation {
    private let verb: String
    private let path: SFTPPath?
    private let name: String

    init(_ verb: String, _ path: SFTPPath?, on name: String) {
        self.verb = verb
        self.path = path
        self.name = name
    }

    /// `open /opt/encoder on enc-a`.
    var words: String { path.map { "\(verb) \($0) on \(name)" } ?? "\(verb) on \(name)" }
}
