import Farm

/// What a `media` step asks for on one phone, with all values put in.
struct ProgramOrder: Sendable {
    /// The program.
    let file: ProgramFile
    /// What is delivered, which keeps what is made of it for all phones.
    let files: FilesPayload
    /// Its arguments.
    let words: [String]
    /// What stands before it in a shell line: the variables of its environment.
    let environment: String
    /// A text of its output that says that it is ready; nil when it is ready once it has run a second.
    let ready: String?
    /// How long it may take to be ready.
    let readyWithin: Duration
    /// How long it runs; nil to the end of its block, or to its own.
    let length: Duration?
    /// How long it may take to end.
    let grace: Duration

    /// How long a program without ``ready`` has to run to count as one that runs.
    static let settling = Duration.seconds(1)
    /// The folder on phones that programs lie in, each in one that is called by its content.
    var root = "\(Leftovers.stagingFolder)/.drover/media"

    /// The program's folder on phones.
    var folder: String { "\(root)/\(file.sha256.prefix(24))" }
    /// Where it lies there.
    var path: String { "\(folder)/\(file.name)" }
    /// The call, as a shell takes it.
    var call: String { ShellLine([path] + words).description }
}
