/// The exit codes, which are part of the interface.
enum ExitStatus: Int32 {
    /// All well.
    case success = 0
    /// Some phones failed.
    case someFailed = 1
    /// The playbook, the farm file or the command is wrong, or nothing was selected.
    case wrongInput = 2
    /// drover itself could not go on: the journal is not writable.
    case cannotGoOn = 5
}

/// A mistake in what was asked, already put into words; ends the program with ``ExitStatus``.
struct CommandFailure: Error {
    let text: String
    let status: ExitStatus

    /// One line for people; `error: ` is put before it.
    init(_ text: String, status: ExitStatus = .wrongInput) {
        self.text = "error: \(text)"
        self.status = status
    }

    /// Texts that are complete as they are, such as drawn diagnostics, with or without a line break at the end.
    init(drawn text: String) {
        self.text = text.hasSuffix("\n") ? String(text.dropLast()) : text
        status = .wrongInput
    }
}
