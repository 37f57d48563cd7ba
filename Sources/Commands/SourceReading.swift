import Glibc
import Lanes
import PlaybookLanguage
import SourceText

/// Reads a text file that a person named, such as a playbook.
///
/// - Parameter what: What the file should be, for the message: `playbook`.
/// - Throws: ``CommandFailure`` with one line that says what is wrong with the path.
func readSource(_ path: String, as what: String) throws(CommandFailure) -> SourceFile {
    do {
        return SourceFile(name: path, bytes: try sourceBytes(path))
    } catch {
        let isSentence = error.reason.hasPrefix("it is ")
        throw CommandFailure(
            "the \(what) \(path)\(isSentence ? String(error.reason.dropFirst(2)) : ": " + error.reason)")
    }
}

/// Reads the files that a playbook includes.
let readInclude: PlaybookReader.Sources = { path, _ in
    SourceFile(name: path, bytes: try sourceBytes(path))
}

private func sourceBytes(_ path: String) throws(IncludeError) -> [UInt8] {
    // Nobody writes playbooks of this size; what is larger is a mistake or an attack, and would be read for nothing.
    let largest = 16 << 20
    var status = stat()
    guard stat(path, &status) == 0 else { throw IncludeError(SystemError("stat").reason) }
    guard status.st_mode & S_IFMT != S_IFDIR else { throw IncludeError("it is a folder") }
    guard status.st_size <= largest else { throw IncludeError("it is larger than 16 MiB") }
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw IncludeError(SystemError("open").reason) }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 65_536)
    while true {
        let count = read(descriptor, &chunk, chunk.count)
        if count < 0, errno == EINTR { continue }
        guard count >= 0 else { throw IncludeError(SystemError("read").reason) }
        guard count > 0, bytes.count <= largest else { break }
        bytes.append(contentsOf: chunk[..<count])
    }
    return bytes
}

extension Diagnostics {
    /// Prints warnings, and ends the command when there are errors.
    func stopIfWrong() throws(CommandFailure) {
        guard !isEmpty else { return }
        let text = DiagnosticPrinter(coloured: Terminal.error.wantsColour).text(of: self)
        guard !hasErrors else { throw CommandFailure(drawn: text) }
        Terminal.error.write(text)
    }
}
